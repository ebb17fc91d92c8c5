using System.CommandLine;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg report</c>: a study, or a model and what it predicts, as one HTML file.</summary>
internal static class ReportCommand
{
    internal static Command Of(Tool tool)
    {
        var study = new Option<string?>("--study") { Description = "a SQLite file or connection string of PostgreSQL" };
        var name = new Option<string?>("--name") { Description = "the study's name, where there are several" };
        var model = new Option<string?>("--model") { Description = "a model.zip of mlsg train: curves of its training" };
        var data = new Option<string?>("--data") { Description = "with --model: a file with labels, to compare predictions with" };
        var drawing = new Option<string[]>("--drawing") { Description = "with --model: an SVG file to show; may be given several times" };
        var output = new Option<string>("--output") { Description = "the file to write", DefaultValueFactory = _ => "report.html" };
        var command = new Command("report", "Writes a study, or a model and its predictions, as one HTML file.")
        {
            study, name, model, data, drawing, output,
        };
        command.SetAction(given =>
        {
            var target = given.GetRequiredValue(output);
            if (given.GetValue(study) is { } database && given.GetValue(model) is null)
            {
                using var opened = TrialsCommand.Open(database, given.GetValue(name));
                opened.WriteHtml(target);
                tool.Code(() => GeneratedCode.OfStudy(database, opened.Name, $"study.WriteHtml({GeneratedCode.Text(target)});"));
            }
            else if (given.GetValue(model) is { } zip && given.GetValue(study) is null)
                OfModel(tool, zip, given.GetValue(data), target, given.GetValue(drawing) ?? []);
            else
                throw new UsageException("State either --study, or --model and perhaps --data.");
            tool.Say($"{target} written.");
            tool.Fact("output", target);
        });
        return command;
    }

    private static void OfModel(Tool tool, string zip, string? data, string target, string[] drawings)
    {
        OptionChecks.MustNotReplace(target, [zip, data, .. drawings.Select(path => DataFile.Require(path, ".svg"))]);
        var ml = new MLContext();
        var file = ModelFile.Load(ml, zip);
        var scored = data is null ? null
            : file.Transformer.Transform(ModelFile.View(ml, file.Roles, file.Roles.Read(data, labelNeeded: true)));
        var facts = new Dictionary<string, string>(file.Facts)
        {
            ["task"] = file.Roles.Task.ToString(), ["label"] = file.Roles.NameOf(file.Roles.Label),
        };
        if (data is not null)
            facts["evaluated on"] = Path.GetFileName(data);
        new TrainingReport(file.Transformer, scored)
        {
            Title = Path.GetFileName(zip), Facts = facts, Epochs = file.Epochs, Drawings = drawings,
        }.Write(target);
        tool.Code(() => GeneratedCode.OfReport(file, zip, data, target));
    }
}
