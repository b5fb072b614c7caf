"""The words of the mails of sign-in, in both languages."""

from yingke.kit.letters import Letter, simple_letter

BRAND = {"zh-CN": "迎客", "en": "Yingke"}


def reset_letter(language: str, link: str) -> Letter:
    if language == "en":
        return simple_letter(
            language="en",
            brand=BRAND["en"],
            subject="Set a new password",
            paragraphs=[
                "Somebody, probably you, asked to set a new password for this mail address.",
                "The link is good for one hour and works once. Setting a new password signs you out everywhere.",
            ],
            action=("Set a new password", link),
            footnote="If it was not you, do nothing: your password stays as it is.",
        )
    return simple_letter(
        language="zh-CN",
        brand=BRAND["zh-CN"],
        subject="重设密码",
        paragraphs=[
            "有人（应该是您本人）申请为此邮箱重设密码。",
            "链接一小时内有效，只能使用一次。设好新密码后，所有设备都需要重新登录。",
        ],
        action=("设置新密码", link),
        footnote="如果不是您本人操作，请忽略这封邮件，密码不会改变。",
    )


def invitation_letter(language: str, *, inviter: str, workspace: str, name: str, link: str) -> Letter:
    if language == "en":
        return simple_letter(
            language="en",
            brand=workspace,
            subject=f"{inviter} invites you to {workspace}",
            paragraphs=[
                f"Hello {name}," if name else "Hello,",
                f"{inviter} would like you to answer customers together with the team of {workspace}.",
                "The link is good for seven days and meant for you alone.",
            ],
            action=("Accept the invitation", link),
            footnote="If you do not know who this is, ignore this mail.",
        )
    return simple_letter(
        language="zh-CN",
        brand=workspace,
        subject=f"{inviter}邀请您加入{workspace}",
        paragraphs=[
            f"{name}，您好：" if name else "您好：",
            f"{inviter}邀请您加入“{workspace}”，和团队一起接待客户。",
            "链接七天内有效，仅供您本人使用。",
        ],
        action=("接受邀请", link),
        footnote="如果您不认识邀请人，请忽略这封邮件。",
    )


def factor_removed_letter(language: str, *, by: str, workspace: str, link: str) -> Letter:
    if language == "en":
        return simple_letter(
            language="en",
            brand=workspace,
            subject="Your second factor was switched off",
            paragraphs=[
                f"{by}, an administrator of {workspace}, switched off the second factor of your sign-in.",
                "You were signed out everywhere. Sign in with your password and set up a new authenticator at once.",
            ],
            action=("Sign in", link),
            footnote="If you did not ask for this, set a new password now and talk to your administrator.",
        )
    return simple_letter(
        language="zh-CN",
        brand=workspace,
        subject="您的两步验证已被关闭",
        paragraphs=[
            f"“{workspace}”的管理员{by}关闭了您登录时的两步验证。",
            "您已在所有设备上退出。请用密码重新登录，并尽快设置新的验证器。",
        ],
        action=("登录", link),
        footnote="如果不是您请求的，请立即重设密码，并联系管理员。",
    )
