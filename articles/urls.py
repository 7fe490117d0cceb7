from django.urls import path

from articles.handouts import views as handout_views
from articles.outside_review import views as outside_views
from articles.pages import views as page_views
from articles.readership import views as readership_views
from articles.reading import views as reading_views
from articles.reading.feeds import latest, latest_on_topic

urlpatterns = [
    path("", reading_views.article_list, name="article-list"),
    path("search/", reading_views.search, name="article-search"),
    path("search/missed/", readership_views.missed, name="article-search-missed"),
    path("topics/<slug:slug>/", reading_views.topic, name="article-topic"),
    path("topics/<slug:slug>/feed.xml", latest_on_topic, name="article-topic-feed"),
    path("authors/<slug:slug>/", reading_views.author, name="article-author"),
    path("handouts/<slug:slug>.pdf", handout_views.handout, name="handout"),
    path("feed.xml", latest, name="article-feed"),
    path("<slug:slug>/seen/", readership_views.seen, name="article-seen"),
    path("<slug:slug>/helpful/", readership_views.helpful, name="article-helpful"),
    path("<slug:slug>/", reading_views.article, name="article"),
]

review_urlpatterns = [
    path("<str:key>/", outside_views.review, name="outside-review"),
    path("<str:key>/finish/", outside_views.finish, name="outside-review-finish"),
    path("<str:key>/<uuid:comment>/", outside_views.own_comment, name="outside-comment"),
]

# At the root, and asked last: a page never takes the place of something that the site has itself.
root_urlpatterns = [path("<slug:slug>/", page_views.page, name="practice-page")]
