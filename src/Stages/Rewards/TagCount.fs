/// How many of the tags are there.
module internal Cppo.Stages.Rewards.TagCount

let private tagLines =
    [| "<think>\n"; "\n</think>\n"; "\n<answer>\n"; "\n</answer>" |]

/// `tag_count_reward`: 0.25 for each of the four tags that stands exactly once with its line breaks, 0 .. 1.
let valueOf (completion: string) : float =
    tagLines
    |> Array.sumBy (fun tag -> if PythonText.count tag completion = 1 then 0.25 else 0.0)

let rule: RewardRule =
    RewardRule.OfText "tagCount" "a quarter for each of the four tags." (fun _ completion -> valueOf completion)
