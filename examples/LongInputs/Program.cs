using System.Globalization;
using Examples;
using LongInputs;
using LongInputs.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    if (options.Measure is { } length)
    {
        var cost = Cost.Measure(options.Networks![0], length, options.IsTraining);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cost.Seconds:R} {cost.Megabytes:R}"));
        return;
    }
    var ml = new MLContext(options.Seed);
    var networks = options.Networks ?? Networks.Names;
    string[] tasks = options.Data is not null ? ["data"] : options.Task ?? Options.Tasks;
    var random = new Random(1);
    var rows = options.Rows ?? 4000;
    var figures = new Dictionary<string, object>
    {
        ["data"] = options.Data is { } given ? Path.GetFileName(Path.GetFullPath(given)) : string.Join(',', tasks),
        ["task"] = string.Join(',', tasks), ["network"] = string.Join(',', networks), ["seed"] = options.Seed, ["seeds"] = options.Seeds,
    };
    double seconds = 0, difference = 0;
    foreach (var name in tasks)
    {
        if (name == "cost")
        {
            foreach (var isTraining in (bool[])[false, true])
                foreach (var (figure, value) in CostTable.Write(networks, isTraining, options))
                    figures[figure] = value;
            continue;
        }
        var task = name == "data" ? LongFolder.Load(options.Data!)
            : name == "listops" ? new LongTask(name, ListOps.Rows(rows, 8, options.Steps ?? 100, random), ListOps.Rows(
                Math.Max(20, rows / 2), 8, options.Steps ?? 100, random))
            : new(name, LongCopy.Rows(Math.Max(20, rows / 4), options.Steps ?? 256, random), LongCopy.Rows(Math.Max(20, rows / 40),
                options.Steps ?? 256, random), LongCopy.Copied);
        Console.WriteLine($"{task.Name}: {task.Train.Length:N0} sequences of {task.Train.Average(row => row.Tokens.Length):0} tokens on "
            + $"average, {task.Longest} at most; {task.Test.Length:N0} others to test on");
        var prefix = name is "listops" or "data" ? "" : name + "_";
        var found = new Dictionary<string, double>();
        foreach (var network in networks)
        {
            List<Result> results = [];
            for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
                results.Add(Experiment.Run(ml, task, network, seed, options));
            if (results.Count == 0)
                continue;
            found[network] = results.Average(result => result.Accuracy);
            figures[$"{prefix}{network}_test_accuracy"] = found[network];
            seconds += results.Average(result => result.TrainSeconds);
            difference = Math.Max(difference, results.Max(result => result.OnnxMaxDifference));
        }
        // The best of those whose cost is linear, and how far it is behind.
        var linear = found.Where(one => one.Key != Networks.Full).ToArray();
        if (linear.Length > 0)
        {
            figures[$"{prefix}test_accuracy"] = linear.Max(one => one.Value);
            figures[$"{prefix}best_network"] = linear.MaxBy(one => one.Value).Key;
        }
        if (linear.Length > 0 && found.TryGetValue(Networks.Full, out var full))
            figures[$"{prefix}behind_full"] = full - linear.Max(one => one.Value);
        else if (found.TryGetValue(Networks.Full, out full))
            figures[$"{prefix}test_accuracy"] = full;
    }
    figures["train_seconds"] = seconds;
    figures["onnx_max_difference"] = difference;
    if (options.Json is { } json)
        Figures.Write(json, figures);
});
