"""Every setting, read from the environment; safe with nothing set. docs/settings.md describes each variable."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from medigy.environment import Environment, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

DEBUG = env.flag("DEBUG")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
SECRET_KEY = env.text("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
MAINTENANCE = env.flag("MAINTENANCE")
MAINTENANCE_FILE = DATA_DIR / "maintenance"
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")

# Absolute addresses are made from SITE_URL, never from what a request claims. Its scheme decides whether the site
# insists on HTTPS, so that nothing set means: insist.
SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "https://localhost")
_site = urlsplit(SITE_URL)
_local = _site.hostname in {"localhost", "127.0.0.1", "::1"}
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if _local else [_site.hostname or "localhost"]
)

INSTALLED_APPS = [
    "medigy.apps.MedigyConfig",
    "medigy.apps.AdminConfig",
    "communities.apps.CommunitiesConfig",
    "curation.apps.CurationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "taggit",
    "django_filters",
]

MIDDLEWARE = [
    "curation.middleware.HttpsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "medigy.middleware.SecurityHeadersMiddleware",
    "medigy.middleware.HeadMiddleware",
    "medigy.middleware.MaintenanceMiddleware",
    "medigy.middleware.NewsroomLanguageMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "curation.middleware.OldAddressMiddleware",
]

CSRF_FAILURE_VIEW = "curation.views.mishaps.form_refused"
ROOT_URLCONF = "medigy.urls"
WSGI_APPLICATION = "medigy.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "db.sqlite3")}
DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "medigy.sqlite"
    # Writers queue up at BEGIN instead of failing when a read turns into a write; readers are never blocked. Eight
    # megabytes of a large file stay at hand, instead of two: what is looked up for a page lies all over it.
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-8000;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", "locmemcache://medigy")}
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache":
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 500)
# For how many seconds a CDN may answer by itself, without asking.
CDN_SECONDS = env.number("CDN_SECONDS", 0)

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
with suppress(OSError):  # a folder that cannot be made is reported by the checks
    STATIC_ROOT.mkdir(exist_ok=True)
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "medigy" / "static"]
STORAGES = {
    "default": {"BACKEND": "medigy.folder_storage.FolderStorage"},
    # What was uploaded or imported, to the byte: exported again, never served.
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "originals", "base_url": None},
    },
    "staticfiles": {"BACKEND": "medigy.static_storage.StaticStorage"},
}
MEDIA_BUCKET = env.text("MEDIA_BUCKET")
if MEDIA_BUCKET:
    # Where the bucket lies, and who may use it, is read from the variables that every program for S3 reads (AWS_...).
    for _name, _folder in (("default", "media"), ("originals", "originals")):
        STORAGES[_name] = {
            "BACKEND": "medigy.media_storage.BucketStorage",
            "OPTIONS": {"bucket_name": MEDIA_BUCKET, "location": env.text("MEDIA_PREFIX") + _folder},
        }
# The prefix under which a server before this one reads MEDIA_ROOT for what we allow; empty: we send pictures ourselves.
MEDIA_ACCEL = "" if MEDIA_BUCKET else env.text("MEDIA_ACCEL")
WHITENOISE_USE_FINDERS = True
# What browsers ask for by itself, at the addresses where they do.
WHITENOISE_ROOT = BASE_DIR / "medigy" / "root"
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "communities.User"
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Mail ------------------------------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("EMAIL_FROM", f"Medigy curation <newsroom@{_site.hostname}>")
# A server that does not answer must not hold up the others' mail for ever.
EMAIL_TIMEOUT = 20

# Whom to tell of a weakness of the site: an address with mailto: or https:, for /.well-known/security.txt.
SECURITY_CONTACT = env.text("SECURITY_CONTACT")

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.one_of("LANGUAGE_CODE", ["en-gb", "de"])
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TAGGIT_CASE_INSENSITIVE = True

# --- Security --------------------------------------------------------------------------------------------------------
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
if _https:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
if env.flag("TRUST_PROXY_SCHEME"):
    # Only behind a proxy that sets or removes this header itself; otherwise anybody could claim HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Django 6's names, so that moving there deletes medigy.middleware.SecurityHeadersMiddleware.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "manifest-src": ["'self'"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}
