window.YTD.deleted_tweets.part0 = [
 {
  "tweet": {
   "id_str": "3",
   "full_text": "Bài cũ"
  }
 }
]
