using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg train</c>: one model; <c>mlsg experiment</c>: the best of a portfolio.</summary>
internal sealed partial class TrainCommand
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "the training file: a row a line, fields parted by tabs or commas", Required = true,
    };

    private readonly Option<string> _output = New("--output", "the model's file", "model.zip");
    private readonly Option<string?> _label = New<string?>("--label", "the column to predict: its name, or its number from 1");
    private readonly Option<string?> _text = New<string?>("--text", "the column of texts");
    private readonly Option<PortfolioTask?> _task = New<PortfolioTask?>("--task",
        "classification or regression (default: as the label looks)");
    private readonly Option<string?> _model = New<string?>("--model", "the model, such as lstm or lightgbm; several with commas to try");
    private readonly Option<int> _seed = New("--seed", "decides initial weights and what is tried", 0);
    private readonly Option<double> _validation = New("--validation", "share of the rows to validate on", 0.1);
    private readonly Option<double?> _minutes = New<double?>("--minutes",
        "the longest that is searched (default: 10, without --trials); training on all rows comes on top");
    private readonly Option<int?> _trials = New<int?>("--trials", "the most trials");
    private readonly Option<PortfolioPreset> _preset = New("--preset", "quick, good or best", PortfolioPreset.Good);
    private readonly Option<string?> _study = New<string?>("--study",
        "a SQLite file, or a connection string of PostgreSQL, where the study lasts: a killed experiment goes on");
    private readonly Option<string?> _name = New<string?>("--name", "the study's name (default: that of the data, with a digest)");
    private readonly Option<string?> _cluster = New<string?>("--cluster",
        "a SQLite file, or a connection string of PostgreSQL, whose workers (mlsg worker) run the trials; this process waits for them");
    private readonly Option<int> _threads = New("--threads", "threads of a trial (default: all cores)", 0);
    private readonly Option<int> _ensemble = New("--ensemble", "how many of the best networks the model averages, in one ONNX file", 1);
    private readonly Option<int> _parallel = New("--parallel", "trials at a time", 1);
    private readonly Option<int?> _epochs = New<int?>("--epochs", "the most epochs of a network (default: as the model suits)");
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "NAME=VALUE: a hyperparameter of the model, such as hidden=32; may be given several times",
    };

    private readonly Tool _tool;
    private readonly bool _isExperiment;

    private TrainCommand(Tool tool, bool isExperiment) => (_tool, _isExperiment) = (tool, isExperiment);

    internal static Command Of(Tool tool, bool isExperiment)
    {
        var one = new TrainCommand(tool, isExperiment);
        (one._model.HelpName, one._preset.HelpName, one._task.HelpName) = ("name", "quick|good|best", "classification|regression");
        one._model.CompletionSources.Add([.. Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Best).Models,
            .. Portfolio.ForFeatures(PortfolioTask.Classification, 1).Models]);
        var command = one.Options(isExperiment ? new("experiment", "Tries networks and ML.NET's own trainers and saves the best model.")
            : new("train", "Trains a model of a file and saves it."));
        command.SetAction(one.Run);
        return command;
    }

    private Command Options(Command command)
    {
        List<Option> options = [_data, _output, _label, _text, _task, _model, _seed, _validation, _threads, _epochs];
        options.AddRange(_isExperiment ? [_minutes, _trials, _preset, _study, _name, _parallel, _ensemble, _cluster] : [_set]);
        options.ForEach(command.Options.Add);
        return command;
    }

    private static Option<T> New<T>(string name, string description, T? otherwise = default) => new(name)
    {
        Description = description, DefaultValueFactory = _ => otherwise!,
    };

    private void Run(ParseResult given)
    {
        var path = given.GetRequiredValue(_data);
        var output = given.GetRequiredValue(_output);
        // Before the training, not after it.
        if (Path.GetDirectoryName(Path.GetFullPath(output)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' for {output}.");
        if (Directory.Exists(output))
            throw new IOException($"'{output}' is a folder; expected a file for the model.");
        if (Path.GetFullPath(output) == Path.GetFullPath(path))
            throw new UsageException($"--output {output} is the file of the rows; expected another one for the model.");
        CheckNumbers(given);
        if (!_isExperiment && given.GetValue(_model)?.Contains(',') == true)
            throw new UsageException($"train makes one model, not {given.GetValue(_model)}; mlsg experiment tries several.");
        if (given.GetValue(_cluster) is not null && given.GetValue(_study) is not null)
            throw new UsageException("State either --cluster, whose database has the study, or --study.");
        var plan = PlanOf(given, path);
        var (ml, roles, rows, portfolio) = (plan.ML, plan.Roles, plan.Rows, plan.Portfolio);
        if (File.Exists(output))
            _tool.Progress($"{output} exists; it will be replaced.");
        _tool.Say($"{path}: {rows.Count} rows; {plan.Said}");
        using var progress = new TrainingProgress(_tool, portfolio, _isExperiment, given.GetValue(_cluster) is null
            && _tool.Terminal is { } terminal ? new LiveTrials(portfolio.EpochMetric, _isExperiment ? given.GetValue(_trials) : 1,
                _isExperiment && Seconds(given) is { } seconds ? TimeSpan.FromSeconds(seconds) : null).Show(terminal) : null);
        var result = Result(given, plan, path, progress);
        var best = result.BestTrial;
        progress.Begin($"{best.Parameters["model"]}", $"trained on all {rows.Count} rows"
            + (best.BestEpoch > 0 ? $" for {best.BestEpoch} epochs" : ""));
        TrialResult[] averaged = !_isExperiment ? [] : [.. result.Leaderboard.Where(trial =>
            portfolio.IsNetwork((string)trial.Parameters["model"])).Take(given.GetValue(_ensemble))];
        var isEnsemble = averaged.Length > 1;
        var file = new ModelFile(isEnsemble ? result.EnsembleModel(averaged) : result.Model, roles, new()
        {
            ["model"] = isEnsemble ? string.Join(", ", averaged.Select(trial => trial.Parameters["model"]))
                : (string)best.Parameters["model"],
            ["metric"] = result.Metric,
            ["validation"] = Text(best.Metric!.Value), ["data"] = Path.GetFileName(path), ["rows"] = Text(rows.Count),
            ["seed"] = Text(given.GetValue(_seed)),
        }, result.EpochsOf(best));
        file.Save(ml, output);
        progress.Dispose();
        if (_isExperiment && given.GetValue(_ensemble) > 1)
            _tool.Say(!isEnsemble ? "Fewer than two trials are of networks, which alone are averaged: the model is the best trial's."
                : $"The model averages {averaged.Length} networks, trials {string.Join(", ", averaged.Select(trial => trial.TrialId))}.");
        Report(given, portfolio, result, roles, rows.Count);
    }

    /// <summary>The experiment that a command line of <c>mlsg experiment</c> says, on a file of this machine.</summary>
    internal static Experiment ExperimentOf(Tool tool, string[] arguments, string path)
    {
        var one = new TrainCommand(tool, isExperiment: true);
        var given = one.Options(new("experiment")).Parse(["--data", path, .. arguments]);
        return given.Errors.Count == 0 ? one.ExperimentOf(given, one.PlanOf(given, path))
            : throw new UsageException($"The job has the options '{string.Join(' ', arguments)}': {given.Errors[0].Message}");
    }

    private TablePlan PlanOf(ParseResult given, string path)
    {
        var roles = TableRoles.Guess(path, given.GetValue(_label), given.GetValue(_text), given.GetValue(_task), out var said);
        var rows = roles.Read(path, labelNeeded: true);
        var preset = _isExperiment ? given.GetValue(_preset) : PortfolioPreset.Good;
        var portfolio = roles.Text is not null ? Portfolio.ForText(roles.Task, preset)
            : Portfolio.ForFeatures(roles.Task, roles.Numbers.Length, preset);
        if (given.GetValue(_epochs) is { } epochs)
            portfolio = portfolio.WithEpochs(epochs);
        if (given.GetValue(_model) is { } models)
            portfolio = Only(portfolio, models.Split(','));
        string[] tried = _isExperiment ? [.. portfolio.Models] : [portfolio.Models[0]];
        if (given.GetValue(_epochs) is not null && !tried.Any(portfolio.IsNetwork))
            throw new UsageException($"--epochs is {given.GetValue(_epochs)}, and {string.Join(", ", tried)} "
                + $"{(tried.Length == 1 ? "has" : "have")} none, being of ML.NET: expected it beside a network"
                + (roles.Text is null ? ", of which there is none for numbers." : ", such as --model lstm."));
        return new(new MLContext(given.GetValue(_seed)), roles, rows, portfolio, said);
    }

    private Experiment ExperimentOf(ParseResult given, TablePlan plan)
    {
        var experiment = plan.ML.Experiment().SetPortfolio(plan.Portfolio).SetSeed(given.GetValue(_seed))
            .SetDataset(ModelFile.View(plan.ML, plan.Roles, plan.Rows), given.GetValue(_validation));
        if (given.GetValue(_threads) is > 0 and var threads)
            experiment.SetThreadsPerTrial(threads);
        if (!_isExperiment)
            experiment.SetMaxModelToExplore(1).SetFirstTrials([Hyperparameters.Of(plan.Portfolio, given.GetValue(_set) ?? [])]);
        else
            Search(given, experiment);
        return experiment;
    }

    private static Portfolio Only(Portfolio portfolio, string[] models)
    {
        try
        {
            return portfolio.Only(models);
        }
        catch (ArgumentException error)
        {
            var unknown = models.First(name => !portfolio.Models.Contains(name));
            throw new UsageException(Tool.Said(error) + Examples.Suggestion.For(unknown, portfolio.Models));
        }
    }

    private void CheckNumbers(ParseResult given)
    {
        given.Check(_validation, share => share is > 0 and < 1, "a share above 0 and below 1");
        given.Check(_threads, threads => threads >= 0, "at least 0");
        given.Check(_epochs, epochs => epochs is null or >= 1, "at least 1");
        if (!_isExperiment)
            return;
        given.Check(_minutes, minutes => minutes is null or > 0, "a number above 0");
        given.Check(_trials, trials => trials is null or >= 1, "at least 1");
        given.Check(_ensemble, networks => networks >= 1, "at least 1");
        given.Check(_parallel, trials => trials >= 1, "at least 1");
    }

    private void Report(ParseResult given, Portfolio portfolio, ExperimentResult result, TableRoles roles, int rows)
    {
        var best = result.BestTrial;
        var output = given.GetRequiredValue(_output);
        if (_isExperiment)
            _tool.Say(result.ToString());
        _tool.Say($"{result.Metric} {Text(best.Metric!.Value)} on rows held out; the model in {output} is trained on all.");
        if (result.IsCanceled)
            _tool.Say("Canceled: it is the best so far.");
        _tool.Code(() => GeneratedCode.Of(portfolio, best, roles, given.GetRequiredValue(_data)));
        _tool.Say($"Next: mlsg score --model {output} --data FILE");
        _tool.Fact("data", given.GetValue(_data));
        _tool.Fact("task", roles.Task.ToString().ToLowerInvariant());
        _tool.Fact("label", roles.NameOf(roles.Label));
        _tool.Fact("rows", rows);
        _tool.Fact("model", best.Parameters["model"]);
        _tool.Fact("metric", result.Metric);
        _tool.Fact("validation", best.Metric);
        _tool.Fact("trials", result.Trials.Count);
        _tool.Fact("parameters", best.Parameters);
        _tool.Fact("output", output);
        _tool.Found("label", given.GetValue(_label) ?? FormattableString.Invariant($"{roles.Label + 1}"));
        _tool.Found("text", given.GetValue(_text) ?? (roles.Text is { } text ? FormattableString.Invariant($"{text + 1}") : null));
        _tool.Found("task", roles.Task);
        if (!_isExperiment)
            _tool.Found("model", best.Parameters["model"]);
    }

    internal static string Text(double value) => value.ToString(Math.Abs(value) is 0 or (>= 0.1 and < 1e7) ? "0.####" : "G4",
        CultureInfo.InvariantCulture);
}
