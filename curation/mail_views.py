"""The page behind the link below each notification mail, for whoever holds the mail: when more of them come.

The token in the address is the only authority: no session and no cookie is read or set.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communities.models import MailPreference
from curation import mailing
from curation.pages import show


# Nothing of a browser's own counts here, so that no other site could use it; and a mail program posts without a form.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: HttpRequest, token: str) -> HttpResponse:
    """Asks when to send mail. A mail program's own “unsubscribe” (RFC 8058) posts here and means never."""
    user = mailing.user_of(token)
    if user is None:
        raise Http404("There is no such page.")
    saved = False
    if request.method == "POST":
        wanted = request.POST.get("mail", "")
        if request.POST.get("List-Unsubscribe") == "One-Click":
            wanted = MailPreference.NEVER
        if wanted in MailPreference.values:
            mailing.prefer(user, wanted)
            user.mail, saved = wanted, True
    response = show(
        "mail_preference.html", title="Notifications by e-mail", choices=MailPreference.choices,
        chosen=user.mail, name=user.first_name or user.username, saved=saved,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
