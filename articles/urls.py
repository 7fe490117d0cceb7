from django.urls import path

from articles import views
from articles.feeds import latest

urlpatterns = [
    path("", views.article_list, name="article-list"),
    path("search/", views.search, name="article-search"),
    path("topics/<slug:slug>/", views.topic, name="article-topic"),
    path("authors/<slug:slug>/", views.author, name="article-author"),
    path("feed.xml", latest, name="article-feed"),
    path("<slug:slug>/", views.article, name="article"),
]
