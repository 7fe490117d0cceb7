from django.urls import path

from articles.reading import views as reading_views
from articles.reading.feeds import latest

urlpatterns = [
    path("", reading_views.article_list, name="article-list"),
    path("search/", reading_views.search, name="article-search"),
    path("topics/<slug:slug>/", reading_views.topic, name="article-topic"),
    path("authors/<slug:slug>/", reading_views.author, name="article-author"),
    path("feed.xml", latest, name="article-feed"),
    path("<slug:slug>/", reading_views.article, name="article"),
]
