"""A bank of so many entries of a shop, each with five similar questions: how long one question takes in it.

`python -m benchmarks.faq_bank 10000` prints `{"p50", "p99", "longest", "edit", "memory", "seconds_to_build"}`: milliseconds of
processor time of a question and of an edit until it is found, MiB that the bank takes, seconds to build it.
"""

import gc
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from itertools import product

from benchmarks.figures import percentile
from benchmarks.memory import rss
from yingke.knowledge.matching import Bank, Entry

QUESTIONS = 2_000
_MAKERS = ("云岭", "松鹤", "青禾", "南湖", "白鹭", "远山", "金穗", "海棠", "北斗", "雪松", "锦程", "长风", "明月", "四季", "丰源", "竹溪",
           "兰亭", "飞鱼", "石榴", "星河", "暖阳", "知味", "乐道", "安居", "百川", "凌云", "春晓", "秋实", "东篱", "西窗",
           "银杏", "梧桐", "晨光", "晚照", "清泉", "古渡", "新月", "流萤", "听雨", "观澜")  # fmt: skip
_GOODS = ("山核桃", "碧根果", "龙井茶", "普洱茶", "保温杯", "蓝牙耳机", "充电器", "运动鞋", "羽绒服", "行李箱", "电饭煲", "吸尘器",
          "空气净化器", "洗衣液", "护手霜", "面膜", "儿童牙刷", "婴儿推车", "猫砂", "狗粮", "台灯", "床单", "枕头", "窗帘", "书架",
          "自行车", "帐篷", "登山包", "键盘", "显示器", "打印机", "投影仪", "咖啡机", "烤箱", "雨伞", "手表", "眼镜", "吉他",
          "瑜伽垫", "跑步机", "电动牙刷", "剃须刀", "吹风机", "加湿器", "路由器", "摄像头", "门锁", "花盆", "鱼缸", "拼图")  # fmt: skip
_MATTERS = (
    ("怎么退货", "不想要了怎么退", "可以退吗", "退回去要什么手续", "买错了能退掉吗", "退货流程是什么"),
    ("多久发货", "什么时候寄出", "几天能发出来", "下单后哪天发", "现在买何时发货", "发货要等多长时间"),
    ("可以开发票吗", "怎么要发票", "发票怎么开", "能给电子发票吗", "抬头写公司行吗", "开票找谁"),
    ("保修多长时间", "质保几年", "坏了管修吗", "过了保修怎么办", "保修期从哪天算", "维修要钱吗"),
    ("有优惠吗", "能便宜一点吗", "现在有什么活动", "优惠券怎么用", "会员打几折", "满减怎么算"),
    ("运费多少", "包邮吗", "邮费谁出", "偏远地区要加钱吗", "几斤以内免邮", "寄到新疆多少钱"),
    ("怎么清洗", "能用水洗吗", "脏了怎么弄干净", "多久清洁一次", "可以放洗碗机吗", "清洗要注意什么"),
    ("有哪些颜色", "除了黑色还有什么", "颜色和图片一样吗", "白色还有货吗", "能换个颜色吗", "哪种颜色卖得好"),
    ("怎么选尺寸", "多大号合适", "尺码偏大还是偏小", "尺寸表在哪看", "大了能换小的吗", "一米七穿多大"),
    ("收到是坏的怎么办", "到货破损找谁", "少了一件怎么处理", "包装破了能拒收吗", "有瑕疵怎么赔", "寄错了怎么办"),
    ("支持货到付款吗", "能分期吗", "可以刷卡吗", "怎么付款", "能用微信支付吗", "付款失败怎么办"),
    ("怎么安装", "安装要收费吗", "有人上门装吗", "说明书在哪里", "自己能装好吗", "预约安装找谁"),
    ("能改收货地址吗", "地址填错了", "换个收件人行吗", "已经发了还能改地址吗", "电话写错了怎么改", "能送到公司吗"),
    ("是正品吗", "怎么验真假", "有防伪码吗", "授权书能看看吗", "假一赔几", "和专柜的一样吗"),
    ("耗电吗", "功率多少", "一天用几度电", "待机费电吗", "要用多大的插座", "有节能模式吗"),
    ("声音大吗", "晚上用吵不吵", "噪音多少分贝", "有静音的吗", "用久了会响吗", "为什么有异响"),
    ("孩子能用吗", "几岁可以用", "孕妇可以吗", "老人用方便吗", "过敏的人能用吗", "对皮肤有刺激吗"),
    ("有现货吗", "缺货什么时候补", "能预订吗", "门店有卖的吗", "还剩几件", "到货能通知我吗"),
    ("怎么以旧换新", "旧的能抵多少钱", "回收旧机吗", "换新要补多少", "旧货谁来拿", "抵扣怎么算"),
    ("能批发吗", "买一百件什么价", "公司采购找谁", "团购有折扣吗", "可以定制标志吗", "样品收费吗"),
    ("保质期多久", "生产日期是哪天", "开封后能放多久", "临期的打折吗", "怎么保存", "要放冰箱吗"),
    ("能礼盒包装吗", "可以写贺卡吗", "送人合适吗", "不放价格单行吗", "礼袋要钱吗", "能直接寄给朋友吗"),
    ("怎么连手机", "连不上怎么办", "要下载什么软件", "断开了怎么重连", "支持苹果吗", "能连两台吗"),
    ("怎么联系售后", "售后电话是多少", "周末有人吗", "多久回复我", "投诉找谁", "能回电话吗"),
    ("积分怎么得", "积分能换什么", "积分会过期吗", "积分在哪里看", "评价送积分吗", "积分能转给别人吗"),
    ("怎么取消订单", "付了钱能取消吗", "不想要了怎么撤单", "取消后多久退款", "退款到哪里", "钱还没退回来"),
    ("怎么查物流", "快递到哪了", "单号是多少", "三天没动静了", "能指定快递吗", "签收了没收到"),
    ("配件单卖吗", "线丢了怎么补", "电池能换吗", "哪里买滤芯", "零件多少钱", "保修送配件吗"),
    ("重量多少", "有多重", "一个人搬得动吗", "能带上飞机吗", "折起来多大", "放得进后备箱吗"),
    ("有哪些型号", "新款和旧款差在哪", "该买大的还是小的", "哪个型号性价比高", "高配多了什么", "停产了吗"),
    ("能出口吗", "寄国外吗", "到香港几天", "关税谁付", "海外能保修吗", "电压通用吗"),
    ("材料是什么", "有味道吗", "甲醛超标吗", "会掉色吗", "会生锈吗", "用的是哪种木头"),
    ("防水吗", "淋雨了怎么办", "能戴着洗澡吗", "进水了保修吗", "多深的水可以", "潮湿的地方能放吗"),
    ("价格保护吗", "买贵了退差价吗", "降价了怎么补", "多少天内保价", "差价退到哪里", "活动价也保价吗"),
    ("能试用吗", "不满意能退钱吗", "体验店在哪里", "试用几天", "试用装要钱吗", "拆开了还能退吗"),
    ("评价怎么写", "评价能改吗", "晒图有奖励吗", "差评会联系我吗", "追评在哪里", "别人的评价在哪看"),
    ("会员怎么开通", "会员有什么好处", "会员多少钱一年", "能取消会员吗", "会员价在哪里看", "生日有礼物吗"),
    ("密码忘了怎么办", "登录不了", "收不到验证码", "手机号换了怎么登", "账号被锁了", "怎么注销"),
    ("教程在哪里", "第一次用怎么操作", "按钮都是什么意思", "有视频吗", "怎么恢复出厂", "怎么调时间"),
    ("几个人够用", "一袋有几个", "一次用多少", "能用多久", "一箱几瓶", "够用一个月吗"),
    ("可以当天到吗", "加急要加钱吗", "明天能收到吗", "周末送货吗", "晚上能送吗", "能约时间送吗"),
    ("怎么升级", "固件在哪里下载", "升级失败怎么办", "升级后变慢了", "能退回旧版本吗", "多久更新一次"),
    ("有哪些口味", "甜不甜", "有无糖的吗", "辣吗", "哪种口味好吃", "口味能混搭吗"),
    ("适合送长辈吗", "爸妈用得惯吗", "字大不大", "操作复杂吗", "送老师合适吗", "年轻人喜欢吗"),
    ("能寄放在驿站吗", "不在家怎么收", "能放门口吗", "自提点在哪", "取件码没收到", "能改派吗"),
    ("为什么涨价了", "原价多少", "昨天还便宜", "价格怎么不一样", "什么时候再降", "双十一会便宜吗"),
    ("用什么充电", "充一次用多久", "充不进电", "能用别的充电头吗", "充电时发热正常吗", "第一次要充满吗"),
    ("丢了能补吗", "保修卡没了怎么办", "没有小票能退吗", "发票丢了能补开吗", "说明书丢了", "盒子扔了能退吗"),
    ("能帮我选一个吗", "推荐哪一款", "新手买哪个", "送女朋友买哪款", "预算两百买哪个", "卖得最好的是哪款"),
    ("怎么加盟", "怎么代理", "能在网上卖你们的吗", "加盟费多少", "代理要押货吗", "有区域保护吗"),
)  # fmt: skip
_BEFORE = ("", "", "", "您好，", "请问一下，", "麻烦问下", "我昨天下的单，朋友也买过，想问", "在吗？", "老板，")
_AFTER = ("", "", "", "？", "，谢谢", "，急", "啊", "呢，等了好几天了没人理我")


def shop_entries() -> Iterator[Entry]:
    """100,000 of them, every word of each in thousands of others."""
    goods = list(product(_MAKERS, _GOODS, _MATTERS))
    random.Random(7).shuffle(goods)
    for number, (maker, good, (asked, *others)) in enumerate(goods):
        thing = maker + good
        yield Entry(
            id=str(number),
            question=thing + asked,
            similar=tuple(
                f"{thing}{other}" if place % 2 else f"{other}，{thing}" for place, other in enumerate(others)
            ),
            answer=f"关于{thing}：请看商品页的说明，或者告诉我们订单号。",
            language="zh-CN",
        )


def shop_questions(entries: list[Entry], count: int) -> Iterator[str]:
    """As visitors ask: in other words, with a greeting, a character missing or two swapped."""
    chance = random.Random(11)
    for _ in range(count):
        entry = chance.choice(entries)
        text = chance.choice((entry.question, *entry.similar))
        at = chance.randrange(len(text) - 1)
        text = chance.choice(
            (text, text, text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :])
        )
        yield chance.choice(_BEFORE) + text + chance.choice(_AFTER)


def main(size: int) -> None:
    warm = Bank([Entry(id="0", question="在吗", language="zh-CN")])
    warm.find("在吗")  # what every bank shares is loaded
    entries = [entry for entry, _ in zip(shop_entries(), range(size), strict=False)]
    gc.collect()
    before, began = rss(os.getpid()), time.process_time()
    bank = Bank(entries)
    bank.calibrate()
    built = time.process_time() - began
    took = []
    for question in shop_questions(entries, QUESTIONS):
        began = time.process_time()
        bank.find(question, top=3)
        took.append((time.process_time() - began) * 1000)
    began = time.process_time()
    bank.put(Entry(id="new", question="夜里十一点还能退押金吗", language="zh-CN"))
    if bank.find("夜里十一点还能退押金吗").matches[0].entry_id != "new":
        raise RuntimeError("the edit is not found")
    edit = (time.process_time() - began) * 1000
    told = {"p50": percentile(took, 0.5), "p99": percentile(took, 0.99), "longest": max(took), "edit": edit}
    told |= {"memory": (rss(os.getpid()) - before) / 2**20, "seconds_to_build": built}
    print(json.dumps({name: round(value, 3) for name, value in told.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
