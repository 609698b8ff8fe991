window.YTD.profile.part0 = [
 {
  "profile": {
   "avatarMediaUrl": "https://example.test/profile_images/10/abC.jpg",
   "headerMediaUrl": "https://example.test/profile_banners/10/1596834705"
  }
 }
]
