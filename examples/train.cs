// One file that is a program: trains the embedded model on the embedded questions for a few updates. In this directory: dotnet run train.cs
// Elsewhere, the package stands in the place of the project: #:package Cppo.Pipeline@0.2.0
#:project ../Cppo.Pipeline.csproj
#:property PublishAot=false

using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Library;

var pipeline = new TrainingPipeline(
    new PipelineConfig
    {
        Run = new RunConfig
        {
            Name = "train-cs",
            Directory = args is [var place] ? place : "../runs",
            Updates = 3,
            Restart = true, // Removes what the last one of this name left.
        },
        Model = new ModelConfig { Path = "../data/base-model" },
        Data = new DataConfig { Train = new DatasetConfig { Path = "../data/train.csv" } },
        Prompt = new PromptConfig { Template = "custom", System = "Reason in <think>, answer in <answer>." },
        Rollout = new RolloutConfig { MaxNewTokens = 48 },
        Update = new UpdateConfig { QuestionsPerDevice = 2, LearningRate = 1e-4 },
        Evaluation = new EvaluationConfig { Before = false, After = false },
    }
)
{
    OnUpdate = update => Console.WriteLine($"update {update.Step + 1}: reward {update.RewardMean:F2}, loss {update.Loss:G3}"),
};
var outcome = await pipeline.RunAsync();
Console.WriteLine($"the model is in {outcome.ModelDirectory}");
