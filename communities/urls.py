from django.urls import path

from communities import views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("communities/", views.communities, name="communities"),
    path("communities/<slug:slug>/", views.community, name="community"),
]
