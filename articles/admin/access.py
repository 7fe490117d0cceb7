"""Who may open the editors' pages: Django's permissions, checked before anything is loaded."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404

from articles.models import Article

may_view = permission_required("articles.view_article", raise_exception=True)
may_add = permission_required("articles.add_article", raise_exception=True)
may_change = permission_required("articles.change_article", raise_exception=True)
may_change_pages = permission_required("articles.change_page", raise_exception=True)
may_view_pictures = permission_required("articles.view_image", raise_exception=True)
may_view_handouts = permission_required("articles.view_handout", raise_exception=True)
may_add_pictures = permission_required("articles.add_image", raise_exception=True)


def article_or_404(pk: int) -> Article:
    return get_object_or_404(Article.objects.defer("search"), pk=pk)
