"""Settings, read once from the environment. No other module reads it.

Every variable is optional: without any, the server keeps all it has under ./var and talks to
the embedded PostgreSQL there. Insecure choices are refused, never defaulted.
"""

import os
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from annotate.database import django_database, dsn_of
from models_assist.remote.endpoints import Endpoint, EndpointsProblem, read_endpoints

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    raw = os.environ.get(name, str(default))
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number.") from None


def _one_of(name: str, default: str, other: str) -> str:
    if (raw := os.environ.get(name, default)) not in {default, other}:
        raise ImproperlyConfigured(f"{name}={raw!r}: say {default} (the default) or {other}.")
    return raw


DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "var")).resolve()
MEDIA_ROOT = DATA_DIR / "media"
RELEASE_ROOT = DATA_DIR / "releases"
UPLOAD_ROOT = DATA_DIR / "uploads"
TUNED_ROOT = DATA_DIR / "tuned"
# With a bucket, all of these go there, and the folders hold only what is being made. Keys come
# from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the machine's role.
S3_BUCKET = os.environ.get("S3_BUCKET", "")
S3_ENDPOINT = os.environ.get("S3_ENDPOINT", "").rstrip("/")
S3_REGION = os.environ.get("S3_REGION", "us-east-1")
S3_RETRIES = _number("S3_RETRIES", 3)
S3_PREFIX = f"{os.environ.get('S3_PREFIX', '').strip('/')}/".lstrip("/")
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"

DEBUG = _flag("DEBUG", default=False)
TESTING = _flag("ANNOTATE_TESTING", default=False)


def _secret_key() -> str:
    """From SECRET_KEY, else from DATA_DIR/secret_key, which is made on the first start."""
    if key := os.environ.get("SECRET_KEY"):
        if len(key) < 32 or key.startswith("django-insecure"):
            message = "SECRET_KEY is too short or a known example. Use 50 random characters."
            raise ImproperlyConfigured(message)
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        try:
            DATA_DIR.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            message = (
                f"DATA_DIR={str(DATA_DIR)!r} cannot be made ({problem.strerror}). Name another."
            )
            raise ImproperlyConfigured(message) from problem
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(48).hex())
    return path.read_text().strip()


SECRET_KEY = _secret_key()

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = _number("PORT", 8000)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://{HOST}:{PORT}").rstrip("/")
BEHIND_TLS = _flag("BEHIND_TLS", default=PUBLIC_URL.startswith("https://"))
# So many of the last addresses in X-Forwarded-For are proxies' words; the others, the client's.
PROXIES = _number("PROXIES", 1 if BEHIND_TLS else 0)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "procrastinate.contrib.django",
    "annotate",
]
MIDDLEWARE = [
    "annotate.api.middleware.Probes",
    "annotate.api.observed.Observed",
    "django.middleware.security.SecurityMiddleware",
    "annotate.api.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "annotate.api.middleware.TrailingSlash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "annotate.urls"
ASGI_APPLICATION = "annotate.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASE_URL = os.environ.get("DATABASE_URL", "")
PG_BIN = os.environ.get("PG_BIN") or None
DATABASES = {"default": django_database(DATABASE_URL) if DATABASE_URL else dsn_of(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "annotate.User"
_AUTH = "django.contrib.auth"
AUTHENTICATION_BACKENDS = ["annotate.signed_in.Accounts", f"{_AUTH}.backends.ModelBackend"]
_RULES = f"{_AUTH}.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": f"{_RULES}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_RULES}.CommonPasswordValidator"},
    {"NAME": f"{_RULES}.NumericPasswordValidator"},
    {
        "NAME": f"{_RULES}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
]
SESSION_ENGINE = "annotate.signed_in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "annotate.api.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Vite has put a hash into every name, so whitenoise may serve the built files as they lie there.
STATIC_ROOT = FRONTEND_DIST
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[0-9A-Za-z_-]{8,12}\.[a-z0-9]+$"

# A body is held in memory up to this size; a file upload is spooled to disk beyond it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MAX_IMPORT_BYTES = _number("MAX_IMPORT_MEGABYTES", 2048) * 1024 * 1024
MAX_PICTURE_BYTES = _number("MAX_PICTURE_MEGABYTES", 30) * 1024 * 1024
MAX_PICTURE_PIXELS = _number("MAX_PICTURE_MEGAPIXELS", 40) * 1_000_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotate.api.authentication.TokenAuthentication",
        "annotate.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["annotate.api.permissions.Denied"],
    "DEFAULT_PARSER_CLASSES": ["annotate.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["annotate.api.parsing.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "annotate.api.parsing.OneRenderer",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "annotate.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": PROXIES,
    # `?format=` is a parameter of ours, of exports.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Annotate",
    "VERSION": "1",
    "DESCRIPTION": "Everything the browser does goes through this interface.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["annotate.api.shapes.describe_refusals"],
    "ENUM_NAME_OVERRIDES": {
        "ProjectStage": "annotate.models.ProjectStage",
        "ItemStage": "annotate.models.ItemStage",
        "DisputeStage": ["disputed", "settled"],
        "ProjectRole": ["owner", "lead", "expert", "crowd"],
        "WorkerRole": "annotate.models.Role",
        "OrganisationRole": "annotate.models.OrganisationRole",
        "JobState": ["queued", "running", "done", "failed", "cancelled"],
        "JobKind": ["import", "prelabel", "teach", "tune", "release", "bulk", "llm", "group"],
        "ReleaseState": "annotate.models.ReleaseState",
        "Tier": ["crowd", "expert"],
        "ModelKind": ["zero_shot", "head", "memory", "llm", "catalogue", "tuned"],
        "UsePurpose": "annotate.models.UsePurpose",
        "InputTypesEnum": ["text", "image"],
        "SubmissionStatus": ["accepted", "surplus"],
        "FinalSource": "annotate.models.FinalSource",
        "Rung": "annotate.models.Rung",
        "GoldState": "annotate.models.GoldState",
        "AppealState": "annotate.models.AppealState",
        "AppealSubject": "annotate.models.AppealSubject",
        "OutcomeEnum": ["decided", "second", "third", "lead"],
        "ReasonEnum": ["unclear", "cannot", "offensive", "other"],
        "FeedbackOutcome": ["item", "counted", "duplicate", "capped", "refused"],
        "CaseReason": ["corrected", "uncertain", "drifting", "random"],
    },
}

# Changes travel between processes by NOTIFY, or by Redis (or Valkey) where there is one; nothing
# else is kept there. The layer only fans out within a process.
REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# Handlers are imported by the worker only, so the web process never loads what they need.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["annotate.jobs.tasks"]

# "worker" keeps torch out of the web process; with "web" that one runs the jobs and models, too.
MODELS_IN = _one_of("MODELS_IN", "worker", "web")
# Dotted names, so that a process that never encodes never imports torch.
ENCODER_LOADER = os.environ.get("ENCODER_LOADER", "models_assist.loading.load_encoder")
MODEL_LOADER = os.environ.get("MODEL_LOADER", "models_assist.load_any.load_model")
TUNER = os.environ.get("TUNER", "models_assist.tune_apart.ApartTuner")
# Folders of models that an operator has put there, as transformers saves them.
MODELS_DIR = Path(os.environ.get("MODELS_DIR", DATA_DIR / "models")).resolve()
TEXT_ENGINE = _one_of("TEXT_ENGINE", "torch", "int8")  # of the default encoder, decision 37
RAY_ADDRESS = os.environ.get("RAY_ADDRESS", "")  # where prelabel_corpus finds a cluster
MODEL_MEMORY_BYTES = _number("MODEL_MEMORY_MEGABYTES", 2048) * 1024 * 1024  # of all together
# A model that has not come back from one batch after so long is given up.
MODEL_HANG_SECONDS = _number("MODEL_HANG_SECONDS", 120)
HTTP_THREADS = _number("HTTP_THREADS", 8)
WORKER_NICE = _number("WORKER_NICE", 10)  # who waits for an answer goes first for the cores


def _endpoints() -> dict[str, Endpoint]:
    """Engines elsewhere, from the JSON file that MODEL_ENDPOINTS names; none without it."""
    if not (path := os.environ.get("MODEL_ENDPOINTS", "")):
        return {}
    try:
        return read_endpoints(Path(path).read_text(encoding="utf-8"))
    except (OSError, EndpointsProblem) as error:
        message = f"MODEL_ENDPOINTS={path!r} cannot be used. {error}"
        raise ImproperlyConfigured(message) from error


MODEL_ENDPOINTS = _endpoints()


def _text_encoder() -> tuple[Endpoint, str] | None:
    """From TEXT_ENCODER=endpoint/model: who reads texts in place of the encoder in this process.

    It reads the texts of all projects, whoever consented to what; so it must be one's own.
    """
    if not (named := os.environ.get("TEXT_ENCODER", "")):
        return None
    name, _, model = named.partition("/")
    endpoint = MODEL_ENDPOINTS.get(name)
    if endpoint is None or model not in endpoint.models or not endpoint.is_own:
        message = (
            f"TEXT_ENCODER={named!r}: say endpoint/model, of an endpoint in MODEL_ENDPOINTS that "
            'is marked "own": true and lists this model.'
        )
        raise ImproperlyConfigured(message)
    return endpoint, model


TEXT_ENCODER = _text_encoder()
WORK_RATE = _number("WORK_RATE", 0)  # requests of a worker in ten minutes; 0: any number
LOG_FORMAT = _one_of("LOG_FORMAT", "line", "json")
LOG_REQUESTS = _flag("LOG_REQUESTS", default=False)
SLOW_STATEMENT_MS = _number("SLOW_STATEMENT_MS", 1000)
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # without one /metrics does not exist
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN is too short. Use 16 random characters or more.")
# The worker's own figures, on this machine's loopback address only; 0: not at all.
WORKER_METRICS_PORT = _number("WORKER_METRICS_PORT", 0)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "annotate.journal.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(ids)s%(message)s",
        },
        "json": {"()": "annotate.journal.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        # Refusals (4xx) are answers, not incidents; only our own mistakes are logged.
        "django.request": {"level": "ERROR"},
    },
}
