using System.Text.Json;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>Every recorded row of Hugging Face's tokenizer, exactly.</summary>
public class TokenizerGoldenTests
{
    [TokenizerDataFact]
    public void Encode_golden_rows_give_hugging_faces_ids()
    {
        var faults = TokenizerData
            .Rows("tokenizer_golden")
            .Where(row => !TokenizerData.Qwen.Encode(row.GetProperty("text").GetString()!).SequenceEqual(TokenizerData.Ids(row)))
            .Select(row => row.GetRawText());

        Assert.Empty(faults);
    }

    [TokenizerDataFact]
    public void Decode_of_encoded_golden_rows_gives_the_text_or_its_normal_form()
    {
        var faults = TokenizerData
            .Rows("tokenizer_golden")
            .Where(row => TokenizerData.Qwen.Decode(TokenizerData.Ids(row), skipSpecialTokens: false) != Expected(row))
            .Select(row => row.GetRawText());

        Assert.Empty(faults);

        static string Expected(JsonElement row) =>
            (row.TryGetProperty("decoded", out var decoded) ? decoded : row.GetProperty("text")).GetString()!;
    }

    [TokenizerDataFact]
    public void Decode_golden_rows_give_hugging_faces_text()
    {
        var faults = TokenizerData
            .Rows("tokenizer_decode_golden")
            .Where(row =>
                TokenizerData.Qwen.Decode(TokenizerData.Ids(row), skipSpecialTokens: false) != row.GetProperty("text").GetString()
                || TokenizerData.Qwen.Decode(TokenizerData.Ids(row), skipSpecialTokens: true)
                    != row.GetProperty("text_skip_special").GetString()
            )
            .Select(row => row.GetRawText());

        Assert.Empty(faults);
    }

    [TokenizerDataFact]
    public void Chat_golden_rows_give_the_rendered_text_and_ids()
    {
        var faults = TokenizerData
            .Rows("chat_template_golden")
            .Where(row =>
                Render(row) != row.GetProperty("text").GetString()
                || !TokenizerData.Qwen.Encode(Render(row)).SequenceEqual(TokenizerData.Ids(row))
            )
            .Select(row => row.GetRawText());

        Assert.Empty(faults);

        static string Render(JsonElement row)
        {
            var messages = row.GetProperty("messages")
                .EnumerateArray()
                .Select(message => new ChatMessage(message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!));
            return ChatMlTemplate.Qwen25.Render([.. messages], row.GetProperty("add_generation_prompt").GetBoolean());
        }
    }

    [TokenizerDataFact]
    public void Directory_written_from_the_real_files_gives_the_same_ids()
    {
        using var directory = new TemporaryDirectory();
        TokenizerWriter.Write(directory.Path, TokenizerData.QwenFile, ChatMlTemplate.Qwen25, 32768);
        var fromTokenizerJson = ByteLevelTokenizer.Load(directory.Path);
        File.Delete(Path.Combine(directory.Path, "tokenizer.json"));
        var fromVocabAndMerges = ByteLevelTokenizer.Load(directory.Path);

        foreach (var row in TokenizerData.Rows("tokenizer_golden"))
        {
            string text = row.GetProperty("text").GetString()!;
            Assert.Equal(TokenizerData.Ids(row), fromTokenizerJson.Encode(text));
            Assert.Equal(TokenizerData.Ids(row), fromVocabAndMerges.Encode(text));
        }
        Assert.Equal([fromTokenizerJson.IdOf("<|im_end|>")!.Value], fromTokenizerJson.StopTokenIds);
        Assert.Equal(TokenizerData.Qwen.VocabSize, fromTokenizerJson.VocabSize);
    }

    [TokenizerDataFact]
    public void Template_of_the_real_models_is_recognised()
    {
        foreach (string path in System.IO.Directory.EnumerateFiles(TokenizerData.Directory, "qwen*.jinja"))
        {
            Assert.Equal(
                ChatMlTemplate.Qwen25.DefaultSystem,
                Assert.IsType<ChatMlTemplate>(ChatTemplates.FromJinja(File.ReadAllText(path), path)).DefaultSystem
            );
        }
    }
}
