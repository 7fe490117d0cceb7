"""Every text of the site that an editor may change, with the words that come with it.

What is left as it comes follows the reader's language and later versions of the software.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(Enum):
    LINE = "line"
    PARAGRAPH = "paragraph"
    # A number, or nothing: then it is left out of the menu.
    PLACE = "place"
    RICH = "rich"


@dataclass(frozen=True)
class Text:
    name: str
    label: str | Promise
    # With %(site_name)s where the name belongs; empty where a page has its own default.
    default: str | Promise
    longest: int = 120
    kind: Kind = Kind.LINE
    help: str | Promise = ""


LINE, PARAGRAPH, PLACE, RICH = Kind.LINE, Kind.PARAGRAPH, Kind.PLACE, Kind.RICH
GROUPS: list[tuple[str | Promise, list[Text]]] = [
    (
        _("Name"),
        [
            Text(
                "site_name",
                _("Name of the site"),
                "",
                60,
                help=_("In the head of every page, in emails and in search results."),
            ),
            Text(
                "tagline",
                _("Tagline"),
                _("Attachment therapy, step by step"),
                help=_("Behind the name in the title of the home page."),
            ),
            Text(
                "description",
                _("Description"),
                _("Attachment therapy, step by step: articles, a self-assessment and seven steps."),
                320,
                PARAGRAPH,
                _(
                    "For search engines and shared links, on pages without a description of"
                    " their own."
                ),
            ),
            Text(
                "banner",
                _("Notice at the top of the public pages"),
                "",
                300,
                PARAGRAPH,
                _("For a while, such as when the practice is closed. Empty: no notice."),
            ),
            Text(
                "foot",
                _("At the foot of every page"),
                _(
                    "%(site_name)s, the Psychological Well Being Path. A self-assessment is not a"
                    " diagnosis."
                ),
                300,
                PARAGRAPH,
            ),
        ],
    ),
    (
        _("Home page"),
        [
            Text(
                "home_title",
                _("Title"),
                _("Understand how you connect. See what you may want to change."),
            ),
            Text(
                "home_lede",
                _("Introduction"),
                _(
                    "How we first learned to be close shapes how we love, argue and ask for help."
                    " Read about it, look at your own way of relating in a few minutes, and walk"
                    " the seven steps with a therapist."
                ),
                500,
                PARAGRAPH,
            ),
            Text(
                "home_fact_1",
                _("First fact"),
                _(
                    "The self-assessment is free and private, needs no account, and takes a few"
                    " minutes"
                ),
                160,
            ),
            Text("home_fact_2", _("Second fact"), _("It is not a diagnosis"), 160),
            Text(
                "home_fact_3",
                _("Third fact"),
                _("Sessions are with a therapist: you hear what they cost before you agree to one"),
                160,
            ),
            Text(
                "home_begin",
                _("Above the three ways to begin"),
                _("Where would you like to begin?"),
            ),
            Text("home_read", _("First way: articles"), _("I want to understand"), 60),
            Text(
                "home_read_text",
                _("What it says below"),
                _("Articles in plain words, by people who work with it."),
                200,
            ),
            Text("home_look", _("Second way: self-assessment"), _("I want to look at myself"), 60),
            Text(
                "home_look_text",
                _("What it says below"),
                _("A few honest answers, and a picture to think about."),
                200,
            ),
            Text(
                "home_talk", _("Third way: a first session"), _("I want to talk with someone"), 60
            ),
            Text(
                "home_talk_text",
                _("What it says below"),
                _("Ask for a first session. A person answers you."),
                200,
            ),
            Text("home_steps", _("Above the seven steps"), _("The seven steps"), 80),
            Text(
                "home_steps_text",
                _("What it says below"),
                _(
                    "Each step is taken with a therapist and at your own pace. Returning to an"
                    " earlier step is part of the process."
                ),
                400,
                PARAGRAPH,
            ),
            Text("home_latest", _("Above the newest articles"), _("Latest reading"), 80),
        ],
    ),
    (
        _("Articles"),
        [
            Text("list_title", _("Title of the list"), _("Articles"), 80),
            Text(
                "list_tagline",
                _("Tagline of the list"),
                _(
                    "On closeness, on what makes it hard, and on what helps. Written in plain words"
                    " by people who work with it every day."
                ),
                320,
                PARAGRAPH,
            ),
            Text(
                "list_description",
                _("Description of the list"),
                _(
                    "Articles on attachment, relationships and mental health, written by people who"
                    " work with them."
                ),
                320,
                PARAGRAPH,
                _("For search engines and shared links."),
            ),
        ],
    ),
    (
        _("Menu"),
        [
            Text("menu_articles", _("Articles are called"), _("Articles"), 40),
            Text("menu_articles_place", _("Place of the articles"), "1", 3, PLACE),
            Text("menu_assessments", _("The self-assessment is called"), _("Self-assessment"), 40),
            Text("menu_assessments_place", _("Place of the self-assessment"), "2", 3, PLACE),
            Text("menu_steps", _("The steps are called"), _("The seven steps"), 40),
            Text("menu_steps_place", _("Place of the steps"), "3", 3, PLACE),
            Text("menu_enquiry", _("On the button for a first session"), _("First session"), 40),
        ],
    ),
    (
        _("Privacy notice"),
        [
            Text(
                "privacy_notice",
                _("Privacy notice"),
                "",
                60_000,
                RICH,
                _("The table of what the site deletes, and when, follows your text by itself."),
            ),
        ],
    ),
]
TEXTS: dict[str, Text] = {text.name: text for _title, texts in GROUPS for text in texts}
