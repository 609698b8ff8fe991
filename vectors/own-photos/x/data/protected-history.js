window.YTD.protected_history.part0 = [
 {
  "protectedHistory": {
   "protectedAt": "2026-05-01T00:00:00.000Z",
   "action": "Unprotect"
  }
 },
 {
  "protectedHistory": {
   "protectedAt": "2026-06-01T00:00:00.000Z",
   "action": "Protect"
  }
 }
]
