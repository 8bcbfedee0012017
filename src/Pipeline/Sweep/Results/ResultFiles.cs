using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Scoring;
using CsvHelper;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>Writes a sweep's results: Markdown, and the same numbers as CSV and Parquet.</summary>
internal sealed class ResultFiles(SweepResults results)
{
    /// <summary>Writes all files to a directory, and the document's part where there is one.</summary>
    /// <returns>The Markdown.</returns>
    public string[] Write(string directory, DocumentFile? document)
    {
        LineFile.RequireDirectory("--output", directory);
        var shown = SweepDocument.Of(results);
        Rows(directory, "cells", ResultRows.OfCells(results));
        Rows(directory, "methods", ResultRows.OfMethods(results));
        Rows(directory, "claims", ResultRows.OfClaims(shown.Claims));
        Rows(directory, "answers", shown.Answers?.Rows() ?? []);
        var figures = SweepFigures.Draw(results);
        foreach (var figure in figures)
        {
            AtomicFile.WriteText(Path.Combine(directory, figure.FileName), figure.Svg);
        }

        var config = results.File.Config;
        string[] lines = [.. shown.Lines([.. figures.Select(figure => (figure.Title, figure.FileName))])];
        AtomicFile.WriteText(
            Path.Combine(directory, "results.md"),
            string.Concat(
                new[] { $"# {(config.Title.Length > 0 ? config.Title : config.Name)}", "" }.Concat(lines).Select(line => line + "\n")
            )
        );
        if (document is not null)
        {
            foreach (var figure in figures)
            {
                document.WriteFigure($"{config.Name}-{figure.FileName}", figure.Svg);
            }

            document.Write(
                config.Name,
                shown.Lines([.. figures.Select(figure => (figure.Title, DocumentFile.LinkTo($"{config.Name}-{figure.FileName}")))])
            );
        }

        return lines;
    }

    private static void Rows(string directory, string name, IEnumerable<JsonObject> rows)
    {
        JsonObject[] all = [.. rows];
        if (all.Length == 0)
        {
            // Those of an earlier time would not belong to the other results.
            File.Delete(Path.Combine(directory, $"{name}.parquet"));
            File.Delete(Path.Combine(directory, $"{name}.csv"));
            return;
        }

        CompletionRows.Write(Path.Combine(directory, $"{name}.parquet"), TextWriter.Null, all, CancellationToken.None);
        string[] columns = [.. all.SelectMany(row => row.Select(field => field.Key)).Distinct()];
        AtomicFile.WriteText(
            Path.Combine(directory, $"{name}.csv"),
            writer =>
            {
                using var csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
                Array.ForEach(columns, name => csv.WriteField(name));
                csv.EndRecord();
                foreach (var row in all)
                {
                    Array.ForEach(columns, column => csv.WriteField(row[column]?.ToString()));
                    csv.EndRecord();
                }
            }
        );
    }
}
