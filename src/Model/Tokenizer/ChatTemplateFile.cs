using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// The chat template of a model directory as text: <c>chat_template.jinja</c>, else the chat_template of <c>tokenizer_config.json</c>, of
/// several the one called default.
/// </summary>
public static class ChatTemplateFile
{
    private const string OwnFile = "chat_template.jinja";
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string Key = "chat_template";
    private const string Default = "default";

    /// <summary>
    /// Makes a directory's template render what <paramref name="template"/> does, with <paramref name="system"/> as the system message of
    /// chats that have none. A text that does so already stays.
    /// </summary>
    /// <param name="directory">With the tokenizer's files.</param>
    /// <param name="template">The template that the model is asked by.</param>
    /// <param name="isOwn">Whether that is the directory's own, whose text stays but for the system message.</param>
    /// <param name="system">Empty: the template's own, or none.</param>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    public static void State(string directory, IChatTemplate template, bool isOwn, string system)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(system);
        State(directory, TextOf(isOwn ? OwnText(directory) : null, template, system));
    }

    /// <summary>Makes a text the directory's template.</summary>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    public static void State(string directory, string jinja)
    {
        if (jinja != OwnText(directory))
        {
            Write(directory, jinja);
        }
    }

    /// <summary>The directory's own template; null where it has none.</summary>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    public static string? OwnText(string directory) => Read(directory)?.Text;

    /// <summary>A template as text, with <paramref name="system"/> as the system message of chats that have none.</summary>
    /// <param name="own">The directory's text, where that is the template; null: <paramref name="template"/> is written out.</param>
    /// <param name="template">The template; null where <paramref name="own"/> is there.</param>
    /// <param name="system">Empty: the template's own, or none.</param>
    public static string TextOf(string? own, IChatTemplate? template, string system)
    {
        ArgumentNullException.ThrowIfNull(system);
        string jinja = own ?? template?.ToJinja() ?? throw new ArgumentNullException(nameof(template));
        return system.Length == 0 ? jinja : DefaultSystemTemplate.WithSystem(jinja, system);
    }

    /// <summary>The text, and the file that it stands in; null where the directory has none.</summary>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    internal static (string Text, string Source)? Read(string directory)
    {
        string jinja = Path.Combine(directory, OwnFile),
            config = Path.Combine(directory, TokenizerConfig);
        if (!File.Exists(jinja))
        {
            return JsonFile.ReadIfPresent<string?>(config, null, ReadConfig) is { } text ? (text, config) : null;
        }

        try
        {
            return (InputFile.ReadText(jinja, ModelFile.MostBytes(jinja)), jinja);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{jinja} cannot be read ({FileFault.Reason(e)}); copy the model's file again.", e);
        }
    }

    private static string? ReadConfig(JsonFile file)
    {
        if (JsonFile.Find(file.Root, Key) is not { } template)
        {
            return null;
        }

        if (template.ValueKind == JsonValueKind.Array)
        {
            template = template.EnumerateArray().FirstOrDefault(one => file.TextOrEmpty(one, "name") == Default);
            if (template.ValueKind == JsonValueKind.Undefined)
            {
                throw file.Fault("has several chat templates and none called default");
            }

            template = file.Require(template, "template", JsonValueKind.String);
        }

        return file.Text(template, Key);
    }

    /// <summary>Into every place where the directory has one, so that no reader finds another.</summary>
    private static void Write(string directory, string jinja)
    {
        string ownFile = Path.Combine(directory, OwnFile),
            configFile = Path.Combine(directory, TokenizerConfig);
        var config = JsonFile.ReadIfPresent<JsonObject?>(configFile, null, file => JsonObject.Create(file.Root.Clone()));

        // Without the file a tokenizer has Qwen2.5's added tokens, which one with a template alone would take away.
        if (config is null || File.Exists(ownFile))
        {
            AtomicFile.WriteText(ownFile, jinja);
        }

        if (config is null || (config[Key] is null && File.Exists(ownFile)))
        {
            return;
        }

        if ((config[Key] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(one => (string?)one["name"] == Default) is { } named)
        {
            named["template"] = jinja;
        }
        else
        {
            config[Key] = jinja;
        }

        AtomicFile.WriteJson(configFile, config);
    }
}
