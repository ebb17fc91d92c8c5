using System.CommandLine;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg report</c>: a study as one HTML file.</summary>
internal static class ReportCommand
{
    internal static Command Of(Tool tool)
    {
        var study = new Option<string>("--study") { Description = "a SQLite file or connection string of PostgreSQL", Required = true };
        var name = new Option<string?>("--name") { Description = "the study's name, where there are several" };
        var output = new Option<string>("--output") { Description = "the file to write", DefaultValueFactory = _ => "report.html" };
        var command = new Command("report", "Writes a study as one HTML file.") { study, name, output };
        command.SetAction(given =>
        {
            using var opened = TrialsCommand.Open(given.GetRequiredValue(study), given.GetValue(name));
            opened.WriteHtml(given.GetRequiredValue(output));
            tool.Say($"{given.GetValue(output)} written.");
            tool.Fact("output", given.GetValue(output));
            tool.Code(() => GeneratedCode.OfStudy(given.GetRequiredValue(study), opened.Name,
                $"study.WriteHtml({GeneratedCode.Text(given.GetRequiredValue(output))});"));
        });
        return command;
    }
}
