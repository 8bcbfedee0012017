namespace Cppo.Stages.Prompts

open Cppo.Stages

/// The messages of one prompt, before the model's chat template.
type PromptMessages =
    {
        /// Empty: no system message.
        System: string
        /// The question as it is asked.
        User: string
    }

/// What a question is put to the model with.
type PromptTemplate =
    {
        /// What the configuration calls it.
        Name: string
        /// One line for the configuration's documentation.
        Doc: string
        /// The system text; empty where there is none.
        System: string
        /// The system text is the user's own instead.
        TakesSystem: bool
    }

    /// The messages that put a question to the model; `system` is the user's own text.
    member template.Messages(system: string, question: string) : PromptMessages =
        { System = if template.TakesSystem then system else template.System
          User = question }

/// The templates that a configuration may name, with the system texts of the paper's appendix B, character by character as the authors'
/// recipes have them: MATH's doubled braces and the space at its end belong to it.
module PromptTemplates =

    let private opening =
        "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant first "
        + "thinks about the reasoning process in the mind and then provides the user with the answer. "

    let private tags =
        "The reasoning process and answer are enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., "
        + "<think> reasoning process here </think>\n<answer> answer here </answer>."

    let private boxed =
        "And the answer should be of the following format: 'Therefore, the final answer is: $\\boxed{{ANSWER}}$. I hope it is "
        + "correct' (without quotes) where ANSWER is just the final number or expression that solves the problem. "

    /// All of them; configurations, schema and help take their names from here.
    let table: Table<PromptTemplate> =
        Table(
            "prompt template",
            (fun template ->
                { Name = template.Name
                  Doc = template.Doc }),
            [| { Name = "gsm8k"
                 Doc = "the paper's for GSM8K (appendix B)."
                 System = opening + tags
                 TakesSystem = false }
               { Name = "math"
                 Doc = "the paper's for MATH (appendix B), which asks for a boxed answer."
                 System = opening + boxed + tags + " "
                 TakesSystem = false }
               { Name = "none"
                 Doc = "the question alone."
                 System = ""
                 TakesSystem = false }
               { Name = "custom"
                 Doc = "`prompt.system`."
                 System = ""
                 TakesSystem = true } |]
        )
