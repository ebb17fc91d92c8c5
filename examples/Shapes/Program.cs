using Examples;
using Microsoft.ML;
using Shapes;
using Shapes.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var data = options.Data is { } folder ? ShapeData.Load(folder) : Solids.All();
    foreach (var remark in data.Remarks)
        Console.WriteLine($"{data.Name}: {remark}");
    string[] networks = options.Networks ?? [Options.Default];
    // Matches and scenes have networks of their own.
    var main = options.Tasks.Contains(Options.Classes) || options.Tasks.Contains(Options.Parts) ? networks[0]
        : options.Tasks.Contains(Options.Matches) ? "matching" : "pna";
    // Surfaces are read; all else is made.
    var figures = new Figures(options.Tasks.Contains(Options.Classes) ? data.Name : "generated", main, options.Seed);
    figures.Add(main, "task", string.Join(',', options.Tasks));
    foreach (var network in networks)
    {
        List<(string Task, ShapeClasses.Result Result)> results = [];
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            if (options.Tasks.Contains(Options.Classes))
            {
                int[] sizes = [.. data.Meshes.Select(mesh => mesh.Mesh.VertexCount).Order()];
                Console.WriteLine($"{data.Name}: which of {sizes.Length} surfaces of {sizes[0]:N0} to {sizes[^1]:N0} vertices a mesh is a "
                    + $"form of; {network}, seed {seed}");
                Add(Options.Classes, ShapeClasses.Run(ml, data, network, seed, options));
            }
            if (options.Tasks.Contains(Options.Parts))
            {
                Console.WriteLine($"generated bodies: the part of each vertex; {network}, seed {seed}");
                Add(Options.Parts, ShapeParts.Run(ml, network, seed, options));
            }
        }
        foreach (var (task, accuracy, turned) in ((string, string, string)[])[(Options.Classes, "test_accuracy", "rotation_difference"),
            (Options.Parts, "part_accuracy", "part_rotation_difference")])
        {
            ShapeClasses.Result[] of = [.. results.Where(result => result.Task == task).Select(result => result.Result)];
            if (!options.Tasks.Contains(task))
                continue;
            figures.Add(network, accuracy, of.Average(result => (double?)result.Accuracy));
            figures.Add(network, turned, of.Max(result => (double?)result.Turned));
        }
        if (options.Tasks.Contains(Options.Classes) || options.Tasks.Contains(Options.Parts))
        {
            figures.Add(network, "train_seconds", results.Count == 0 ? null
                : results.Sum(result => result.Result.Seconds) / options.Seeds);
            figures.Add(network, "onnx_max_difference", results.Max(result => (double?)result.Result.Difference));
        }

        void Add(string task, ShapeClasses.Result result)
        {
            results.Add((task, result));
            Console.WriteLine($"  accuracy {result.Accuracy:0.0000}, probabilities change by {result.Turned:0.0e+0} at most when meshes "
                + $"are turned; {result.Seconds:0.0} s");
        }
    }
    if (options.Tasks.Contains(Options.Matches))
        MatchReport.Run(ml, options, figures, main, isAlone: options.Tasks.Length == 1);
    if (options.Tasks.Contains(Options.Relations))
        SceneReport.Run(ml, options, figures, main, isAlone: options.Tasks.Length == 1);
    Console.WriteLine($"Models and pictures are in {options.Folder}");
    if (options.Json is { } json)
        figures.Write(json);
});
