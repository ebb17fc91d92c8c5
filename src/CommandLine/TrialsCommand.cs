using System.CommandLine;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg trials</c>: the trials of a study.</summary>
internal static class TrialsCommand
{
    internal static Command Of(Tool tool)
    {
        var study = new Option<string>("--study") { Description = "a SQLite file or connection string of PostgreSQL", Required = true };
        var name = new Option<string?>("--name") { Description = "the study's name, where there are several" };
        var csv = new Option<string?>("--csv") { Description = "writes a row a trial" };
        var command = new Command("trials", "Lists the trials of a study, the best first.") { study, name, csv };
        command.SetAction(given =>
        {
            using var opened = Open(given.GetRequiredValue(study), given.GetValue(name));
            var trials = opened.Trials;
            foreach (var trial in trials.OrderBy(trial => trial.State != TrialState.Completed)
                .ThenBy(trial => opened.IsMaximize ? -trial.Metric : trial.Metric))
                tool.Say(trial.ToString());
            tool.Fact("metric", opened.Metric);
            tool.Fact("best", opened.Best?.Metric);
            tool.Fact("trials", trials.Count);
            tool.Fact("states", trials.CountBy(trial => trial.State.ToString()).ToDictionary());
            tool.Code(() => GeneratedCode.OfStudy(given.GetRequiredValue(study), opened.Name,
                "foreach (var trial in study.Trials)\n    Console.WriteLine(trial);"));
            if (given.GetValue(csv) is { } path)
                opened.WriteCsv(path);
        });
        return command;
    }

    /// <summary>A study by name, or the only one.</summary>
    internal static Study Open(string database, string? name) => Study.Names(database) switch
    {
        _ when name is not null => Study.Open(database, name),
        [var only] => Study.Open(database, only),
        var names => throw new UsageException($"{database} has {names.Count} studies. State one with --name: "
            + $"{string.Join(", ", names.Select(one => $"'{one}'"))}."),
    };
}
