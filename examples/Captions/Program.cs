using Captions;
using Captions.Data;
using Examples;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var clips = options.Rows ?? 6000;
    string[] tasks = options.Task ?? Options.Tasks;
    var (captions, moving) = options.Data is { } folder ? CaptionFolder.Load(folder, options.Size, clips)
        : (tasks.Contains("captions") ? GeneratedCaptions.Make(options.Rows ?? 4000, 600) : null,
            tasks.Contains("clips") ? MovingImages.Make("clips", MovingImages.Shapes(), MovingImages.Shapes(), 5, clips, 400) : null);
    string[] networks = options.Networks ?? ["convnet"];
    var figures = new Figures(captions?.Name ?? moving!.Name, networks[0], options.Seed);
    foreach (var network in networks)
    {
        Run("captions", captions is null ? null : seed => Captioning.Run(ml, captions, network, seed, options));
        Run("clips", moving is null ? null : seed => Clips.Run(ml, moving, network, seed, options));

        // What both tasks measure stands alone for the first of them, and behind 'clips' for the second.
        void Run(string task, Func<int, Result>? run)
        {
            if (run is null)
                return;
            var results = new List<Result>();
            for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            {
                Console.WriteLine($"{task}, {network}, seed {seed}");
                results.Add(run(seed));
            }
            if (results.Count == 0)
                return;
            var before = task == "clips" && captions is not null ? "clips_" : "";
            figures.Add(network, before + "task", task);
            figures.Add(network, before + "seeds", results.Count);
            foreach (var name in results[0].Figures.Keys)
                figures.Add(network, name, results.Average(result => result.Figures[name]));
            figures.Add(network, before + "train_seconds", results.Average(result => result.TrainSeconds));
            figures.Add(network, before + "onnx_max_difference", results.Max(result => result.OnnxMaxDifference));
        }
    }
    if (options.Json is { } json)
        figures.Write(json);
});
