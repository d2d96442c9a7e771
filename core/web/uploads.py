"""Takes a picture out of a form that carries nothing else."""

from starlette.datastructures import UploadFile
from starlette.requests import Request

from core.base.uploaded_pictures import LARGEST_UPLOAD, NotAPicture


async def picture_in(request: Request, field: str) -> bytes:
    """Read the one file of a form, as it was sent. Raises NotAPicture when there is none."""
    async with request.form(max_files=1, max_fields=0, max_part_size=LARGEST_UPLOAD) as form:
        file = form.get(field)
        if not isinstance(file, UploadFile):
            raise NotAPicture
        return await file.read()
