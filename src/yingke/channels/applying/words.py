"""What the pages for applicants say, beside the words that mails have as well."""

from collections.abc import Mapping
from typing import Final

from yingke.service_requests.words import LANGUAGES
from yingke.service_requests.words import words as common_words

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "title": ("申请与投诉", "申請與客訴", "Requests and complaints"),
    "choose": ("请选择要办的事。", "請選擇要辦的事。", "Choose what it is about."),
    "none": ("这里暂时不受理申请。", "這裡暫時不受理申請。", "No requests are taken here at the moment."),
    "problem": ("还没有提交：", "還沒有送出：", "Not sent yet:"),
    "trap": ("请不要填写此项", "請不要填寫此項", "Leave this empty"),
    "reason": ("点一下原因", "點一下原因", "Choose a reason"),
    "text": ("说明", "說明", "Tell us more"),
    "files": ("照片、录音或文件（最多 5 个）", "照片、錄音或檔案（最多 5 個）", "Photos, voice notes or files (at most 5)"),
    "wish": ("方便的时间（{number}）", "方便的時間（{number}）", "A time that suits you ({number})"),
    "wishes": ("时间按 {time_zone}。", "時間以 {time_zone} 為準。", "Times are in {time_zone}."),
    "name": ("您的称呼", "您的稱呼", "Your name"),
    "email": ("邮箱（收到结果通知）", "電子郵件（收到結果通知）", "E-mail (to be told of the decision)"),
    "optional": ("选填", "選填", "optional"),
    "choose_option": ("请选择", "請選擇", "Choose"),
    "send": ("提交", "送出", "Send"),
    "within": ("{hours} 小时内答复", "{hours} 小時內答覆", "Answered within {hours} hours"),
    "within_business": ("{hours} 个营业小时内答复", "{hours} 個營業小時內答覆", "Answered within {hours} business hours"),
    "sent": ("已收到，谢谢。请收藏本页，随时查看进展。", "已收到，謝謝。請將本頁加入書籤，隨時查看進展。", "We have it, thank you. Keep this page: it shows how things stand."),
    "number": ("编号", "編號", "Number"),
    "state": ("状态", "狀態", "State"),
    "filed": ("提交时间", "送出時間", "Sent"),
    "due": ("最晚答复", "最晚答覆", "Answer by"),
    "decision": ("答复与理由", "答覆與理由", "Decision and reason"),
    "wished": ("您希望的时间", "您希望的時間", "Times you wished for"),
    "meeting": ("预约时间", "預約時間", "Appointment"),
    "what": ("提交的内容", "送出的內容", "What you sent"),
    "course": ("经过", "經過", "What happened"),
    "you": ("您", "您", "You"),
    "us": ("我们", "我們", "We"),
    "more": ("再补充一句", "再補充一句", "Add a word"),
    "add": ("补充", "補充", "Add"),
    "withdraw": ("撤回", "撤回", "Withdraw"),
    "sure": ("确定撤回，不再需要处理", "確定撤回，不再需要處理", "Yes, take it back: nothing needs to be done any more"),
    "back": ("返回帮助中心", "返回說明中心", "Back to the help centre"),
    "too_many": ("提交得太频繁了，请稍等一分钟再试。", "送出得太頻繁了，請稍等一分鐘再試。", "Too many at once. Wait a minute and try again."),
    "bad": ("有一项填写得不对，请检查后再提交。", "有一項填寫得不對，請檢查後再送出。", "Something is not filled in as it should be. Look again and send it."),
    "blocked": ("您暂时不能在这里留言。", "您暫時不能在這裡留言。", "You cannot write here at the moment."),
    "bad_text": ("请简单说明，选一个原因，或附上照片、录音。", "請簡單說明，選一個原因，或附上照片、錄音。", "Say in a few words what it is about, choose a reason, or add a photo or a recording."),
    "bad_email": ("请填写完整的邮箱地址。", "請填寫完整的電子郵件地址。", "This is no complete e-mail address."),
    "bad_wishes": ("请至少选择一个将来的时间。", "請至少選擇一個將來的時間。", "Choose at least one time in the future."),
    "bad_field": ("请填写：{field}", "請填寫：{field}", "Please fill in: {field}"),
    "bad_files": ("文件太大，或不是可以接受的类型。", "檔案太大，或不是可以接受的類型。", "A file is too large, or of a kind that is not taken."),
    "what_filed": ("已提交", "已送出", "Sent"),
    "what_taken": ("已开始处理", "已開始處理", "Work on it has begun"),
    "what_asked": ("请您补充", "請您補充", "A question for you"),
    "what_said": ("留言", "留言", "A word"),
    "what_due_moved": ("答复时间有调整", "答覆時間有調整", "The time to answer was changed"),
    "what_decided": ("已有答复", "已有答覆", "Decided"),
    "what_meeting_moved": ("预约时间有调整", "預約時間有調整", "The appointment was moved"),
    "what_meeting_reminded": ("预约提醒", "預約提醒", "Reminder of the appointment"),
    "what_reopened": ("重新处理", "重新處理", "Opened again"),
    "what_withdrawn": ("已撤回", "已撤回", "Withdrawn"),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {**common_words(language), **{key: texts[place] for key, texts in _WORDS.items()}}
