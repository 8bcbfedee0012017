using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Tests.Data;

public sealed class CsvQuestionsTests : IDisposable
{
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Quotes_commas_and_line_breaks_within_quotes_are_text()
    {
        string path = folder.Write("train.csv", "question,answer\r\n\"He said \"\"two\"\", then\nthree\",5\r\nHow many?,\"1,000\"\r\n");
        var questions = await DatasetFolder.ReadAsync(path);
        Assert.Equal(["He said \"two\", then\nthree", "How many?"], questions.Select(question => question.Text));
        Assert.Equal(["5", "1,000"], questions.Select(question => question.Answer));
        Assert.Equal(["train.csv:1", "train.csv:2"], questions.Select(question => question.Id));
        Assert.Equal([0L, 1L], questions.Select(question => question.Ordinal));
    }

    [Theory]
    [InlineData("\uFEFFquestion,answer\nHow many?,4\n")]
    [InlineData("answer,level,question\n4,easy,How many?")]
    [InlineData("\"question\",\"answer\"\n\n\"How many?\",\"4\"\n\n")]
    public async Task Byte_order_mark_order_of_columns_and_empty_lines_do_not_matter(string text)
    {
        var question = Assert.Single(await DatasetFolder.ReadAsync(folder.Write("train.csv", text)));
        Assert.Equal(("How many?", "4"), (question.Text, question.Answer));
    }

    [Fact]
    public async Task A_column_that_is_there_twice_is_named_where_it_is_wanted()
    {
        string path = folder.Write("train.csv", "question,answer,question,note,note\na,1,b,x,y\n");
        Assert.Equal("train.csv, line 1 has the column \"question\" twice; rename one of them.", await DatasetFolder.FaultOfAsync(path));
        var dataset = new DatasetConfig { Path = folder.Write("other.csv", "question,answer,note,note\na,1,x,y\n") };
        Assert.Equal("a", Assert.Single(await QuestionReader.ReadAsync(dataset, default)).Text);
    }

    [Fact]
    public async Task Columns_ids_and_limit_come_from_the_configuration()
    {
        string path = folder.Write("train.txt", "problem,solution,name\na,1,x\nb,2,y\nc,3,z\n");
        var dataset = new DatasetConfig
        {
            Path = path,
            Format = "csv",
            QuestionColumn = "problem",
            AnswerColumn = "solution",
            IdColumn = "name",
            Limit = 2,
        };
        var questions = await QuestionReader.ReadAsync(dataset, default);
        Assert.Equal([("x", "a", "1"), ("y", "b", "2")], questions.Select(question => (question.Id, question.Text, question.Answer)));
    }

    [Fact]
    public async Task Empty_answers_are_read_where_they_are_allowed()
    {
        var dataset = new DatasetConfig { Path = folder.Write("train.csv", "question,answer\none,\ntwo,2\n"), EmptyAnswers = "allow" };
        var questions = await QuestionReader.ReadAsync(dataset, default);
        Assert.Equal([("one", ""), ("two", "2")], questions.Select(question => (question.Text, question.Answer)));
        var rewards = new RewardSettings([new RewardSetting("mathAccuracy", 1)], 3, -1, LengthRewardSettings.Default);
        Assert.Equal("one", Assert.Single(Cppo.Pipeline.Run.QuestionScreen.Of(questions, rewards).Unreadable).Question.Text);
    }

    [Fact]
    public async Task All_faults_are_named_with_their_lines()
    {
        string path = folder.Write("train.csv", "question,answer\n\"two\nlines\",1\n,2\nthree,\nfour,4,4\nfi\"ve,5\n\nsix,6\n \" ,7\n");
        string[] faults = (await DatasetFolder.FaultOfAsync(path)).Split(Environment.NewLine);
        Assert.Equal("train.csv, line 4 has an empty \"question\"; fill it in or remove the row.", faults[0]);
        Assert.Equal("train.csv, line 5 has an empty \"answer\"; fill it in or remove the row.", faults[1]);
        Assert.StartsWith("train.csv, line 6 has 3 fields where the header has 2", faults[2], StringComparison.Ordinal);
        Assert.StartsWith("train.csv, line 7 has a quote that is not doubled or not closed", faults[3], StringComparison.Ordinal);
        Assert.StartsWith("train.csv, line 10 has a quote that is not doubled or not closed", faults[4], StringComparison.Ordinal);
        Assert.Equal(5, faults.Length);
    }

    [Fact]
    public async Task Ten_faults_are_enough()
    {
        string path = folder.Write("train.csv", "question,answer\n" + string.Concat(Enumerable.Repeat(",1\n", 50)));
        string[] faults = (await DatasetFolder.FaultOfAsync(path)).Split(Environment.NewLine);
        Assert.Equal(11, faults.Length);
        Assert.Contains("line 11 ", faults[9], StringComparison.Ordinal);
        Assert.Contains("not read further after 10 faults", faults[10], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_quote_and_foreign_bytes_are_faults()
    {
        string open = await DatasetFolder.FaultOfAsync(folder.Write("open.csv", "question,answer\na,1\n\"b,2\nc,3\n"));
        Assert.StartsWith("open.csv, line 3 has a quote that is not doubled or not closed", open, StringComparison.Ordinal);
        string latin = await DatasetFolder.FaultOfAsync(folder.Write("latin.csv", [.. "question,answer\nna"u8, 0xEF, .. "ve,1\n"u8]));
        Assert.StartsWith("latin.csv is not UTF-8", latin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qestion,answer\na,1\n", "train.csv has no column \"question\"; did you mean \"qestion\"? It has qestion, answer.")]
    [InlineData("text,label\na,1\n", "train.csv has no column \"question\"; it has text, label.")]
    [InlineData("question,answer\n", "is empty; give it a row with a question and an answer.")]
    [InlineData("", "is empty; give it a row with a question and an answer.")]
    public async Task Missing_columns_and_rows_are_named(string text, string fault) =>
        Assert.Contains(fault, await DatasetFolder.FaultOfAsync(folder.Write("train.csv", text)), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_file_or_unknown_format_is_named()
    {
        folder.Write("train.csv", "question,answer\na,1\n");
        string missing = await DatasetFolder.FaultOfAsync(folder.PathOf("trian.csv"));
        Assert.Contains("trian.csv does not exist (there is train.csv); correct the path.", missing, StringComparison.Ordinal);
        string nowhere = await DatasetFolder.FaultOfAsync(folder.PathOf("nowhere/train.csv"));
        Assert.Contains("nor does its directory", nowhere, StringComparison.Ordinal);
        string format = await DatasetFolder.FaultOfAsync(folder.Write("train.xlsx", "PK"));
        Assert.Contains("end it in .csv, .jsonl, .json or .parquet", format, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_comes_twice_names_both_rows()
    {
        string path = folder.Write("train.csv", "id,question,answer\nx,a,1\ny,b,2\nx,c,3\n");
        string fault = await DatasetFolder.FaultOfAsync(new DatasetConfig { Path = path, IdColumn = "id" });
        Assert.Equal("train.csv, line 4 has the id \"x\" of train.csv, line 2; make ids unique or leave out the id column.", fault);
    }
}
