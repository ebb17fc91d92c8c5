using Examples;
using Microsoft.ML;
using Modalities;
using Modalities.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var rows = options.Rows ?? 12_000;
    ModalSet[] sets = options.Data is { } folder ? [TableFolder.Load(folder, options.Size, options.Label)]
        : [.. (options.Task ?? Options.Tasks).Select(task => task == "machines" ? Machines.Make(Math.Min(rows, 3000), 1000)
            : PictureQuestions.Make(rows, 2000))];
    var figures = new Figures(sets[0].Name, "multimodal", options.Seed);
    foreach (var data in sets)
    {
        Console.WriteLine($"{data.Name}: {data.Recognized}; {data.Train.Length:N0} rows to train on, {data.Test.Length:N0} to test on");
        var results = new List<Result>();
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            results.Add(Experiment.Run(ml, data, seed, options));
        if (results.Count == 0)
            continue;
        // The first set's figures stand alone, those of others behind its name.
        void Add(string name, object value) => figures.Add(data == sets[0] ? "multimodal" : data.Name, name, value);
        Add("task", options.Data is null ? data.Name : "classification");
        Add("seeds", results.Count);
        Add("test_accuracy", results.Average(result => result.Accuracy));
        Add("test_accuracy_lowest", results.Min(result => result.Accuracy));
        Add($"{data.Inputs[0].ToLowerInvariant()}_accuracy", results.Average(result => result.Alone));
        foreach (var input in results[0].Without.Keys)
            Add($"without_{input}_accuracy", results.Average(result => result.Without[input]));
        Add("train_seconds", results.Average(result => result.TrainSeconds));
        Add("onnx_max_difference", results.Max(result => result.OnnxMaxDifference));
    }
    if (options.Json is { } json)
        figures.Write(json);
});
