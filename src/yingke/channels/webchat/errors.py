"""What can be refused at the public addresses."""

from yingke.kit.errors import Forbidden, Missing, Unavailable


class UnknownSite(Missing):
    code = "unknown_site"
    detail = "This site key is not known. Copy the snippet again from the desk."


class OriginRefused(Forbidden):
    code = "origin_refused"
    detail = "This page is not among the site's allowed origins; add it in the site's settings."


class NotBuilt(Unavailable):
    code = "widget_not_built"
    detail = (
        "The widget's files are missing from this installation. Run `make` in the source, or install the wheel again."
    )
