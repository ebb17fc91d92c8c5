using Examples;
using LongMemory;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var problem = Problem.All.Single(known => known.Name == options.Problem);
    var steps = options.Steps ?? problem.Steps;
    var results = new List<Result>();
    if (problem.Answer == Answer.Number)
        GradientPicture.Write(Path.Combine(options.Folder, $"{problem.Name}-gradients"), problem, steps,
            options.Hidden ?? problem.Settings.Hidden, options.Seed);
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? ["lstm"])
        {
            Console.WriteLine($"{problem.Name}, {steps} steps, {options.Rows ?? problem.Settings.Rows:N0} rows: {network}, "
                + $"{options.Optimizer}, seed {seed}");
            results.Add(Experiment.Run(ml, problem, network, seed, options));
            var result = results[^1];
            Console.WriteLine($"  test accuracy {result.Accuracy:0.0000}, updates in {result.Updates:0.0 %} of the steps, "
                + $"{result.Epochs} epochs in {result.Seconds:0.0} s, largest difference of the exported file {result.Difference:0.0e+0}");
        }
    Console.WriteLine($"Files and pictures are in {options.Folder}");
    if (options.Json is { } json)
        WriteJson(json, problem, steps, results);
});

void WriteJson(string path, Problem problem, int steps, List<Result> results)
{
    Result[] first = [.. results.Where(result => result.Network == results[0].Network)];
    var figures = new Dictionary<string, object>
    {
        ["data"] = problem.Name,
        ["task"] = problem.Answer switch { Answer.Class => "classification", Answer.Tags => "tagging", _ => "regression" },
        ["network"] = first[0].Network,
        ["optimizer"] = options.Optimizer,
        ["steps"] = steps,
        ["seed"] = first[0].Seed,
        ["seeds"] = first.Length,
        ["test_accuracy"] = first.Average(result => result.Accuracy),
        ["updates"] = first.Average(result => result.Updates),
        ["train_seconds"] = first.Average(result => result.Seconds),
        ["epochs"] = first[0].Epochs,
        ["onnx_max_difference"] = results.Max(result => result.Difference),
    };
    foreach (var other in results.GroupBy(result => result.Network).Where(network => network.Key != first[0].Network))
    {
        figures[$"{other.Key}_test_accuracy"] = other.Average(result => result.Accuracy);
        figures[$"{other.Key}_updates"] = other.Average(result => result.Updates);
    }
    Figures.Write(path, figures);
}
