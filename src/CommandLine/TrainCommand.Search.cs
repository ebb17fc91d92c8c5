using System.CommandLine;
using MLSeqGraph.Cluster;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <content>How long is searched, in which study, and by whom.</content>
internal sealed partial class TrainCommand
{
    private ExperimentResult Result(ParseResult given, TablePlan plan, string path, TrainingProgress progress)
    {
        try
        {
            return given.GetValue(_cluster) is { } cluster ? HandOver(given, path, cluster)
                : ExperimentOf(given, plan).SetMonitor(progress).Run(_tool.Cancel);
        }
        catch (Exception error) when (error is StudyException or ClusterException && error.Message.Split(" Give the ") is [var what, _])
        {
            throw new UsageException($"{what} Give it another name with {_name.Name}, or the same options: --minutes and --trials alone "
                + "may be others.");
        }
    }

    private ExperimentResult HandOver(ParseResult given, string path, string cluster)
    {
        // The budget may grow.
        Option[] shared = [_label, _text, _task, _model, _seed, _validation, _epochs, _preset];
        string[] stated = [.. shared.SelectMany(option => given.GetResult(option) is { Implicit: false } one
            ? one.Tokens.Select(token => token.Value).Prepend(option.Name) : [])];
        var job = WorkerCommand.JobOf(given.GetValue(_name) ?? NameOf(path), path, stated) with
        {
            Budget = new(given.GetValue(_trials), Seconds(given)),
        };
        return WorkerCommand.HandOver(_tool, cluster, job);
    }

    private void Search(ParseResult given, Experiment experiment)
    {
        if (given.GetValue(_trials) is { } trials)
            experiment.SetMaxModelToExplore(trials);
        if (Seconds(given) is { } seconds)
            experiment.SetTrainingTimeInSeconds(seconds);
        if (given.GetValue(_study) is { } study)
            experiment.SetStudy(study, given.GetValue(_name) ?? NameOf(given.GetRequiredValue(_data))
                + (given.GetValue(_epochs) is { } epochs ? $" {epochs} epochs" : ""));
        experiment.SetParallelTrials(given.GetValue(_parallel));
    }

    private uint? Seconds(ParseResult given) => (given.GetValue(_minutes) ?? (given.GetValue(_trials) is null ? 10 : null)) is { } minutes
        ? (uint)Math.Max(1, minutes * 60) : null;

    // Another file, or other rows in it, is another study.
    private static string NameOf(string path) => $"{Path.GetFileName(path)} {JobFiles.DigestOf(path)[..8].ToUpperInvariant()}";
}
