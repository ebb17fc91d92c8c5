using Examples;
using Microsoft.ML;
using Physics;
using Physics.Data;

// Particles that act on those near them: each row is a time, and the trainer predicts the acceleration of each particle.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var data = options.Data is { } folder ? ParticleFolder.Load(folder, options.Radius, options.History + 1)
        : options.Task == Options.Cloth ? Simulations.Cloth(options) : Simulations.Box(options);
    Learner.StepsOf(data, options);
    Console.WriteLine($"{data.Name}: {data.Training.Sum(run => run.Times.Length):N0} times of "
        + $"{Particles(data)} particles, linked within {data.Radius:g3}");
    foreach (var remark in data.Remarks)
        Console.WriteLine($"  {remark}");
    string[] networks = options.Networks ?? ["gns"];
    var results = networks.ToDictionary(network => network, _ => new List<Learner.Result>());
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in networks)
        {
            var result = Learner.Run(ml, data, network, seed, options);
            results[network].Add(result);
            Console.WriteLine($"  {network}, seed {seed}: one step is wrong by {Said(result.OneStep)}, with constant acceleration "
                + $"by {Said(result.Constant)}, {Said(result.Ratio)} times as much; {result.Seconds:0.0} s");
            if (result.Diverged is { } diverged)
                Console.WriteLine($"    the rollout diverged at step {diverged} of {Learner.StepsOf(data, options)}: a particle is no "
                    + "longer anywhere near the box");
            if (result.RolloutError(data.Dimensions) is not { } error)
                continue;
            Console.WriteLine($"    {result.Steps} steps alone: wrong by {Said(error)}, with last velocities "
                + $"kept by {Said(result.RolloutError(data.Dimensions, result.Straight)!.Value)}"
                + (data.Mesh is not null ? "" : result.Outside(data) is > 0 and var outside ? $", up to {Said(outside)} outside the box"
                    : ", all inside the box")
                + (result.EnergyError(data) is not { } energy ? "" : ", energy wrong by "
                    + (energy < 10 ? $"{Said(100 * energy)} %" : $"{Said(energy)} times its size"))
                + $"; {result.StepsPerSecond:0} steps/s"
                + (data.StepsPerSecond is { } own ? $", the simulator {own:0}" : ""));
        }
    foreach (var network in networks)
        RolloutPictures.Write(options.Folder, network, data, results[network][0]);
    Console.WriteLine($"Models, losses, {networks[0]}-rollout.svg (moving), {networks[0]}-moments and {networks[0]}-error are in "
        + options.Folder);
    if (options.Json is not { } json)
        return;
    var figures = new Figures(data.Name, networks[0], options.Seed);
    figures.Add(networks[0], "task", options.Task ?? Options.Box);
    figures.Add(networks[0], "seeds", results[networks[0]].Count);
    figures.Add(networks[0], "particles", data.Test[0].Times[0].Length / data.Dimensions);
    foreach (var (network, runs) in results)
    {
        void Mean(string name, Func<Learner.Result, double?> of) => figures.Add(network, name, runs.Average(of));
        Mean("one_step_ratio", run => run.Ratio);
        Mean("one_step_error", run => run.OneStep);
        Mean("constant_acceleration_error", run => run.Constant);
        Mean("rollout_error", run => run.RolloutError(data.Dimensions));
        Mean("constant_velocity_rollout_error", run => run.RolloutError(data.Dimensions, run.Straight));
        Mean("rollout_steps", run => run.Steps);
        figures.Add(network, "rollout_outside", data.Mesh is null ? runs.Max(run => run.Outside(data)) : null);
        Mean("energy_error", run => data.Energy is null ? null : run.EnergyError(data));
        figures.Add(network, "rollouts_diverged", runs.Count(run => run.Diverged is not null));
        figures.Add(network, "diverged_at_step", runs.Min(run => run.Diverged));
        Mean("steps_per_second", run => run.StepsPerSecond);
        Mean("train_seconds", run => run.Seconds);
        figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
    }
    figures.Add(networks[0], "simulator_steps_per_second", data.StepsPerSecond);
    figures.Write(json);
});

// Those of all runs, which may differ.
static string Particles(ParticleData data)
{
    int[] counts = [.. data.Training.Concat(data.Validation).Concat(data.Test).Select(run => run.Times[0].Length / data.Dimensions)
        .Order()];
    return counts[0] == counts[^1] ? $"{counts[0]:N0}" : $"{counts[0]:N0} to {counts[^1]:N0}";
}

// Three digits, without a power of ten where plain ones are as short.
static string Said(double number) => Math.Abs(number) is 0 or (>= 1e-4 and < 1e6)
    ? Math.Round(number, number == 0 ? 0 : Math.Max(0, 2 - (int)Math.Floor(Math.Log10(Math.Abs(number))))).ToString("0.######",
        System.Globalization.CultureInfo.InvariantCulture)
    : number.ToString("0.##e+0", System.Globalization.CultureInfo.InvariantCulture);
