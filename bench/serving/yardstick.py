"""A trivial Starlette endpoint under uvicorn: what the machine can serve at all."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def answer(request):
    """Read the body and answer a small JSON."""
    await request.body()
    return JSONResponse({"orderId": 1, "status": "NEW"})


if __name__ == "__main__":
    application = Starlette(routes=[Route("/sapi/v1/margin/order", answer, methods=["POST"])])
    uvicorn.run(
        application, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="error", access_log=False
    )
