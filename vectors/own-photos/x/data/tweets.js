window.YTD.tweets.part0 = [
 {
  "tweet": {
   "id_str": "1",
   "created_at": "Sun Nov 22 08:15:30 +0000 2026",
   "full_text": "Trời đẹp"
  }
 },
 {
  "tweet": {
   "id_str": "2",
   "created_at": "Sun Nov 22 09:15:30 +0000 2026",
   "full_text": "RT @banthan_vd: Ảnh"
  }
 }
]
