window.YTD.direct_messages.part0 = [
 {
  "dmConversation": {
   "conversationId": "10-20",
   "messages": [
    {
     "messageCreate": {
      "id": "5",
      "senderId": "20",
      "createdAt": "2026-11-22T08:15:30.000Z"
     }
    },
    {
     "messageCreate": {
      "id": "6",
      "senderId": "10",
      "createdAt": "2026-11-22T08:16:30.000Z"
     }
    }
   ]
  }
 }
]
