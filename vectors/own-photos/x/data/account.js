window.YTD.account.part0 = [
 {
  "account": {
   "username": "mailan_vd",
   "accountId": "10"
  }
 }
]
