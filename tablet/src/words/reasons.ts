/**
 * What came of the office's decisions, and why: the same codes and words as the office has.
 *
 * A test on the office's side holds the two tables together.
 */

import { words, type Words } from "./index";

/** Why somebody decides as they do, beside their own words. */
export const reasonWords = {
  zh: {
    document_checked: "已核对证件",
    household_confirmed: "本户当面确认",
    neighbours_confirmed: "群众佐证",
    data_check_confirmed: "信息比对证实",
    recheck_result: "以复查结果为准",
    later_visit: "以后一次入户为准",
    photo_shows: "照片可见",
    writing_slip: "录入笔误",
    same_meaning: "写法不同，意思相同",
    local_standard: "按当地标准核定",
    both_exist: "两者都存在",
    same_people: "确为同一户",
    other_people: "确为两户",
    done_before: "停用前所做，已核实",
    not_authentic: "不可信",
    cannot_be_had: "确实无法取得",
    unclear: "情况不清，需再核实",
    mistaken: "原裁定有误",
    other: "其他（见说明）",
  },
  en: {
    document_checked: "Checked against a document",
    household_confirmed: "The household confirmed it",
    neighbours_confirmed: "Neighbours confirmed it",
    data_check_confirmed: "Confirmed by a data check",
    recheck_result: "By the recheck",
    later_visit: "By the later visit",
    photo_shows: "The photos show it",
    writing_slip: "A slip of the pen",
    same_meaning: "Written differently, meaning the same",
    local_standard: "By the local standard",
    both_exist: "Both exist",
    same_people: "They are the same household",
    other_people: "They are two households",
    done_before: "Done before the tablet was revoked",
    not_authentic: "Not to be believed",
    cannot_be_had: "It cannot be had",
    unclear: "Unclear: it has to be looked into",
    mistaken: "The earlier decision was mistaken",
    other: "Other (see the words)",
  },
} satisfies Words;

/** What came of an item. */
export const outcomeWords = {
  zh: {
    taken: "采用其中一个值",
    entered: "另定一个值",
    both_right: "两者都对，分别记入",
    explained: "已有解释，维持原值",
    upheld: "疑点属实，已更正",
    sent_back: "已退回基层",
    joined: "已并户",
    separated: "已拆回两户",
    kept_apart: "确认为两户",
    released: "已解除待核，采用",
    rejected: "不予采用",
    waived: "确认无法补齐",
    reopened: "重新打开",
  },
  en: {
    taken: "One of the values was taken",
    entered: "Another value was entered",
    both_right: "Both are right, an entry each",
    explained: "Explained: it stays as it is",
    upheld: "Upheld: it was corrected",
    sent_back: "Sent back to the field",
    joined: "Joined",
    separated: "Separated again",
    kept_apart: "Kept apart",
    released: "Released and applied",
    rejected: "Not applied",
    waived: "Waived: it cannot be had",
    reopened: "Opened again",
  },
} satisfies Words;

const sayReason = words(reasonWords);
const sayOutcome = words(outcomeWords);

/** The words for a code; one that this version does not know says nothing. */
export function reasonText(code: string | null): string {
  return code !== null && code in reasonWords.zh ? sayReason(code as keyof typeof reasonWords.zh) : "";
}

export function outcomeText(code: string | null): string {
  return code !== null && code in outcomeWords.zh ? sayOutcome(code as keyof typeof outcomeWords.zh) : "";
}
