using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// A model directory and the options that say how it is run, for every command that takes a model without a pipeline file.
/// </summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> directory = new("model-directory")
    {
        Description = "Hugging Face directory of a model (Qwen2, Qwen2.5, Qwen3, Llama, SmolLM2): config.json, safetensors, tokenizer.",
    };
    private readonly Option<string> engine = new("--engine")
    {
        Description = $"Engine: {string.Join(", ", EngineFactory.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string> device = new("--device")
    {
        Description = "cpu or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<int> threads = new Option<int>("--threads")
    {
        Description = "CPU threads; 0 takes all cores.",
        DefaultValueFactory = _ => 0,
    }.IsThreads(0);
    private readonly Option<string> computeType = new Option<string>("--compute-type")
    {
        Description = "Number type of the forward pass.",
        HelpName = "TYPE",
        DefaultValueFactory = _ => "float32",
    }.AcceptOnlyFromAmong("float32", "bfloat16");

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(directory);
        Option[] options = [engine, device, threads, computeType];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Loads what the command line names.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="prompt">Says which chat template the tokenizer takes; null: the model's own.</param>
    /// <exception cref="ModelFileException">The directory is missing or damaged.</exception>
    /// <exception cref="EngineUnavailableException">The engine or its device cannot run on this machine.</exception>
    public LoadedModel Load(ParseResult line, PromptConfig? prompt = null) =>
        LoadedModel.Load(
            new PipelineConfig
            {
                Prompt = prompt ?? new PromptConfig(),
                Model = new ModelConfig
                {
                    Path = line.GetRequiredValue(directory),
                    Engine = line.GetValue(engine)!,
                    Threads = line.GetValue(threads),
                    ComputeType = line.GetValue(computeType)!,
                },
                Rollout = new RolloutConfig { Devices = [line.GetValue(device)!] },
            }
        );
}
