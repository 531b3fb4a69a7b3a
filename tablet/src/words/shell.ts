/** Words of the app's frame: what stands on every screen, the six states, the keys of the PIN. */

import type { Words } from "./index";

export const shellWords = {
  zh: {
    app: "入户",
    back: "返回",
    close: "关闭",
    loading: "正在打开…",
    home: "我的工作",

    due: "待入户",
    done: "已入户",
    draft: "有草稿",
    settled: "已定",
    disputed: "有分歧",
    owed: "待补",
    returned: "退回",
    superseded: "已更新",
    quarantined: "待核",

    saved: "已保存",
    delivered: "已送达",
    applied: "已入档",
    needHelp: "需处理",

    digits: "已输入 {count} 位，共 {total} 位",
    erase: "删除一位",
    clear: "清空",

    errorTitle: "这一屏出了问题",
    errorSafe: "凡是显示“已保存”的内容都还在本机，一样也没有丢。",
    errorDo: "请点“重新打开”。如果又出现，请先到“待送”里点“立即同步”，再把下面的编号告诉办公室。",
    errorAgain: "重新打开",
    errorCode: "编号",

    updateReady: "新版本已经下载好",
    updateSafe: "正在填的内容不受影响。没有打开草稿时点“更新”，或者下次启动时自动换用。",
    updateElsewhere: "另一个窗口里正打开着草稿。请先在那里返回“我的工作”。",
    updateNow: "更新",
    updatedElsewhere: "应用已在另一个窗口更新",
    updatedElsewhereDo: "请在方便时返回“我的工作”，再点“重新打开”。",

    revokedTitle: "这台平板已被停用",
    revokedText: "办公室已停用这台平板。已保存的内容仍会送达，由办公室核实。请不要再做新的入户，并与办公室联系。",
  },
  en: {
    app: "Ruhu",
    back: "Back",
    close: "Close",
    loading: "Opening…",
    home: "My work",

    due: "To visit",
    done: "Visited",
    draft: "Draft",
    settled: "Settled",
    disputed: "Disputed",
    owed: "Owed",
    returned: "Returned",
    superseded: "Superseded",
    quarantined: "In quarantine",

    saved: "Saved here",
    delivered: "Delivered",
    applied: "On file",
    needHelp: "Needs help",

    digits: "{count} of {total} digits entered",
    erase: "Erase one digit",
    clear: "Clear",

    errorTitle: "Something went wrong on this screen",
    errorSafe: "Everything that was shown as saved is still on this tablet. Nothing is lost.",
    errorDo:
      "Tap “Open again”. If it comes back, first tap “Sync now” in the outbox, then tell the office the code below.",
    errorAgain: "Open again",
    errorCode: "Code",

    updateReady: "A new version is here",
    updateSafe:
      "What you are filling in is safe. Tap “Update” when no draft is open, or it changes at the next start.",
    updateElsewhere: "A draft is open in another window. Go back to “My work” there first.",
    updateNow: "Update",
    updatedElsewhere: "The app was updated in another window",
    updatedElsewhereDo: "When it suits you, go back to “My work” and tap “Open again”.",

    revokedTitle: "This tablet has been revoked",
    revokedText:
      "The office has revoked this tablet. What is saved here will still be delivered, and the office will look at it. Make no new visits, and call the office.",
  },
} satisfies Words;
