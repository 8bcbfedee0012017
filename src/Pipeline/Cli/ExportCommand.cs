using System.CommandLine;
using Cppo.Model.Gguf;
using Cppo.Model.Weights;
using Cppo.Pipeline.Export;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Cli;

/// <summary><c>export</c>: a model for other programs.</summary>
internal sealed class ExportCommand : CliCommand
{
    private const string Gguf = "gguf";
    private const string HuggingFace = "hf";

    private static readonly Dictionary<string, WeightType> TypesOfHuggingFace = new()
    {
        ["f32"] = WeightType.F32,
        ["f16"] = WeightType.F16,
        ["bf16"] = WeightType.BF16,
    };

    private readonly Argument<string> model = new("model")
    {
        Description = "A run (runs/NAME), one of its checkpoints (runs/NAME/checkpoints/20), or a Hugging Face directory of a model.",
    };

    private readonly Option<string> format = new Option<string>("--format")
    {
        Description =
            "gguf: one file, for llama.cpp, LLamaSharp and Ollama; hf: a Hugging Face directory, for transformers, vLLM and this program.",
        HelpName = "FORMAT",
        Required = true,
    }.AcceptOnlyFromAmong(Gguf, HuggingFace);

    private readonly Option<string?> type = new Option<string?>("--type")
    {
        Description = "Number type of the matrices: f32, f16, bf16, q8_0 (gguf alone). Without it f16 for gguf, for hf as they are stored.",
        HelpName = "TYPE",
    }.AcceptOnlyFromAmong([.. GgufTypes.Names]);

    private readonly Option<string> output = new("--output")
    {
        Description = "The file, or the directory of hf, which must not be there.",
        HelpName = "PATH",
        Required = true,
    };
    private readonly CliContext context;

    public ExportCommand(CliContext context)
        : base("export", "Write a model for other programs.")
    {
        this.context = context;
        Add(model);
        Add(format);
        Add(type);
        Add(output);
        AddRule(line =>
        {
            if (line.GetValue(format) == HuggingFace && line.GetValue(type) is { } name && !TypesOfHuggingFace.ContainsKey(name))
            {
                line.AddError($"{type.Name} {name} is one of {Gguf}'s; for {HuggingFace} give f32, f16 or bf16.");
            }
        });
        SetAction(Execute);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("export runs/default --format gguf --output default.gguf", "writes the trained model with 16-bit numbers for llama.cpp"),
            ("export runs/default/checkpoints/20 --format gguf --type q8_0 --output twenty.gguf", "writes a checkpoint with 8-bit numbers"),
            ("export runs/default --format hf --type bf16 --output default-bf16", "writes a Hugging Face directory"),
        ];

    private void Execute(ParseResult line)
    {
        string path = line.GetRequiredValue(output);
        var place = ModelPlace.Find(line.GetRequiredValue(model), context.Error.WriteLine);
        context.Error.WriteLine($"model: {place.Description}");
        context.Output.WriteLine(
            line.GetValue(format) == Gguf ? WriteGguf(place, line.GetValue(type) ?? "f16", path) : WriteHf(place, line.GetValue(type), path)
        );
    }

    private string WriteGguf(ModelPlace place, string typeName, string path)
    {
        LineFile.RequireWritable(output.Name, path, Directory.EnumerateFiles(place.Model.Path));
        using var exported = ExportedModel.Open(place);
        string written = GgufExport.Write(exported, GgufTypes.Named(typeName), path, context.Stop.Graceful);
        if (exported.ChatText is null)
        {
            context.Error.WriteLine("The model has no chat template, so the file has none.");
        }
        else if (GgufExport.SystemText(exported) is { Length: > 0 } system)
        {
            context.Error.WriteLine(
                $"system text: {system}\nPrograms that do not render the chat template's Jinja must be given it as the system message "
                    + "(docs/export.md)."
            );
        }

        return written;
    }

    private string WriteHf(ModelPlace place, string? typeName, string path)
    {
        HfExport.RequireFree(output.Name, path);
        using var exported = ExportedModel.Open(place);
        var stored = typeName is null ? HfExport.StoredType(exported) : TypesOfHuggingFace[typeName];
        return HfExport.Write(exported, stored, path, context.Stop.Graceful);
    }
}
