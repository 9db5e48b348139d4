"""The post room: letters become messages in the outbox, and the courier delivers them. Knows no other feature.

May import the ground only (its one page, `views`, also the mark that says who may open it). Start with `models`, then
`letters` (rendering), `outbox` (posting; `mime` and `headers` write the mail out), `claims` (who has which message in
hand), `courier` (one round of delivery), `outcomes` (what an answer means), `pauses` (which domains wait), `refused`
(to whom mail does not get through), `transports` (SMTP or files), `upkeep` (for operators).
"""
