"""Files as people upload them, made with Pillow."""

import io
from typing import Any

from PIL import Image, ImageCms, ImageDraw

GPS = 0x8825


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def point(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The colour at a place."""
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def scene(width: int = 1800, height: int = 1200, mode: str = "RGB") -> Image.Image:
    """A red upper left, a green upper right, a blue lower left and a white lower right."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), fill="red")
    draw.rectangle((width // 2, 0, width, height // 2), fill="lime")
    draw.rectangle((0, height // 2, width // 2, height), fill="blue")
    return image.convert(mode)


def photograph(width: int = 2400, height: int = 1600) -> Image.Image:
    """Something with as many details as a photograph has."""
    shapes = Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 100)
    return Image.blend(shapes, Image.effect_noise((width, height), 40), 0.3).convert("RGB")


def emblem(width: int = 800, height: int = 400, ink: str = "#223344") -> Image.Image:
    """A disc on nothing."""
    image = Image.new("RGBA", (width, height))
    ImageDraw.Draw(image).ellipse((width // 4, height // 8, 3 * width // 4, 7 * height // 8), fill=ink)
    return image


def from_a_phone(image: Image.Image, orientation: int = 1) -> bytes:
    """A JPEG that says who took it, where, and which way up the phone was held."""
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x013B] = "Rosa Photographer"
    exif[GPS] = {1: "N", 2: (14.0, 38.0, 0.0), 3: "W", 4: (90.0, 30.0, 0.0)}
    return encoded(image, exif=exif, comment=b"taken at home", xmp=b"<x:xmpmeta>Rosa Photographer</x:xmpmeta>")


def foreign_profile() -> bytes:
    """A colour profile that is for other pictures: Lab."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def swapped_profile() -> bytes:
    """A colour profile whose red is our blue, and whose blue our red: sRGB with the two entries renamed."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
