"""Settings of the site: strict by default, and nothing that a page does not use.

The pages read one folder of results and write nothing, so there is no database, no
session, no login and no cookie. Environment: BRYGGA_RESULTS (the folder of a run),
BRYGGA_HOSTS (comma-separated host names beside the loopback ones), BRYGGA_SECRET_KEY.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

HERE = Path(__file__).resolve().parent

BRYGGA_RESULTS = os.environ.get("BRYGGA_RESULTS", "")
SECRET_KEY = os.environ.get("BRYGGA_SECRET_KEY") or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] + [
    host.strip() for host in os.environ.get("BRYGGA_HOSTS", "").split(",") if host.strip()
]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "brygga_web.frame",
    "brygga_web.decisions",
    "brygga_web.needs",
    "brygga_web.occupations",
    "brygga_web.about",
    "brygga_web.closure",
    "brygga_web.scorecard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "brygga_web.frame.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "brygga_web.frame.middleware.Faults",
]
ROOT_URLCONF = "brygga_web.urls"
WSGI_APPLICATION = "brygga_web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["brygga_web.frame.context.frame"]},
    }
]
DATABASES: dict[str, object] = {}

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
