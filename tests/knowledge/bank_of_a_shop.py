"""A small bank in Chinese and one in English, written for these tests."""

from yingke.knowledge.matching import Entry

CHINESE = [
    Entry("freight", "运费怎么算？", ("寄到新疆要多少邮费", "满多少包邮")),
    Entry("invoice", "怎么开发票？", ("公司要报销，能开专票吗", "电子发票在哪里下载")),
    Entry("password", "忘记密码怎么办？", ("登录密码想不起来了", "怎么重置密码")),
    Entry("return", "怎么申请退货？", ("衣服不合适想退掉", "七天无理由怎么退")),
    Entry("refund", "退款什么时候到账？", ("钱退了几天了还没收到", "退的钱到哪了")),
    Entry("parcel", "快递到哪里了？", ("我的包裹一直没收到", "怎么查物流")),
    Entry("address", "下单后怎么改收货地址？", ("地址填错了", "我搬家了，能换个地址寄吗")),
    Entry("person", "怎么找人工客服？", ("转人工", "我要和真人说话")),
]
ENGLISH = [
    Entry("freight", "How much is shipping?", ("what are your delivery charges", "is postage free over some amount")),
    Entry("password", "I forgot my password", ("can't log in, password lost", "how do I reset my password")),
    Entry("return", "How do I return an item?", ("the shoes do not fit, I want to send them back", "return policy")),
    Entry("refund", "When will I get my refund?", ("still waiting for my money back", "refund has not arrived")),
    Entry("parcel", "Where is my parcel?", ("track my package", "my order has not arrived yet")),
    Entry(
        "address",
        "Can I change the delivery address?",
        ("I typed the wrong address", "we moved, please ship elsewhere"),
    ),
    Entry("person", "I want to talk to a person", ("customer service number", "let me speak with a human agent")),
]
