namespace Cppo.Stages.Prompts

/// The messages of one prompt, before the model's chat template.
type PromptMessages =
    {
        /// Empty: no system message.
        System: string
        User: string
    }

/// What a question is put to the model with.
type PromptTemplate =
    /// The paper's system text for GSM8K (appendix B).
    | Gsm8k
    /// The paper's system text for MATH (appendix B).
    | Math
    /// The question alone.
    | Bare
    /// A system text of the user's own.
    | Custom of system: string

/// The system texts of the paper's appendix B and the messages made with them.
module Template =

    let private opening =
        "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant first "
        + "thinks about the reasoning process in the mind and then provides the user with the answer. "

    let private tags =
        "The reasoning process and answer are enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., "
        + "<think> reasoning process here </think>\n<answer> answer here </answer>."

    let private boxed =
        "And the answer should be of the following format: 'Therefore, the final answer is: $\\boxed{{ANSWER}}$. I hope it is "
        + "correct' (without quotes) where ANSWER is just the final number or expression that solves the problem. "

    /// The names that a configuration may give.
    let names = [| "gsm8k"; "math"; "none"; "custom" |]

    /// The system text, character by character as the authors' recipes have it: MATH's doubled braces and the space at its end
    /// belong to it. Empty for `Bare`.
    let systemText (template: PromptTemplate) : string =
        match template with
        | Gsm8k -> opening + tags
        | Math -> opening + boxed + tags + " "
        | Bare -> ""
        | Custom system -> system

    /// The template of a name in `names`, with the system text that `custom` takes; otherwise an error that names them.
    let ofName (name: string) (system: string) : Result<PromptTemplate, string> =
        match name with
        | "gsm8k" -> Ok Gsm8k
        | "math" -> Ok Math
        | "none" -> Ok Bare
        | "custom" when system <> "" -> Ok(Custom system)
        | "custom" -> Error "prompt.template is 'custom', but prompt.system is empty; give the system text there."
        | _ -> Error $"prompt.template is '{name}'; it must be one of gsm8k, math, none, custom."

    /// The messages that put a question to the model.
    let messages (template: PromptTemplate) (question: string) : PromptMessages =
        { System = systemText template
          User = question }
