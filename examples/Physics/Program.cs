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
    Console.WriteLine($"{data.Name}: {data.Training.Sum(run => run.Times.Length):N0} times of "
        + $"{data.Test[0].Times[0].Length / data.Dimensions:N0} particles, linked within {data.Radius:g3}");
    string[] networks = options.Networks ?? ["gns"];
    var results = networks.ToDictionary(network => network, _ => new List<Learner.Result>());
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in networks)
        {
            var result = Learner.Run(ml, data, network, seed, options);
            results[network].Add(result);
            Console.WriteLine($"  {network}, seed {seed}: one step is wrong by {result.OneStep:g3}, with constant acceleration by "
                + $"{result.Constant:g3}, {result.Ratio:0.0} times as much; {result.Seconds:0.0} s");
            Console.WriteLine($"    {result.Steps} steps alone: wrong by {result.RolloutError(data.Dimensions):g3}, with last velocities "
                + $"kept by {result.RolloutError(data.Dimensions, result.Straight):g3}"
                + (data.Mesh is not null ? "" : result.Outside(data) is > 0 and var outside ? $", up to {outside:g3} outside the box"
                    : ", all inside the box")
                + (result.EnergyError(data) is { } energy ? $", energy wrong by {energy:0.0%}" : "")
                + $"; {result.StepsPerSecond:0} steps/s"
                + (data.StepsPerSecond is { } own ? $", the simulator {own:0}" : ""));
        }
    foreach (var network in networks)
        RolloutPictures.Write(options.Folder, network, data, results[network][0]);
    Console.WriteLine($"Models, {networks[0]}-rollout.svg (moving), {networks[0]}-moments.svg and {networks[0]}-error.svg are in "
        + options.Folder);
    if (options.Json is not { } json)
        return;
    var figures = new Figures(data.Name, networks[0], options.Seed);
    figures.Add(networks[0], "task", "simulation");
    figures.Add(networks[0], "seeds", results[networks[0]].Count);
    figures.Add(networks[0], "particles", data.Test[0].Times[0].Length / data.Dimensions);
    foreach (var (network, runs) in results)
    {
        void Mean(string name, Func<Learner.Result, double> of) => figures.Add(network, name, runs.Average(of));
        Mean("one_step_ratio", run => run.Ratio);
        Mean("one_step_error", run => run.OneStep);
        Mean("constant_acceleration_error", run => run.Constant);
        Mean("rollout_error", run => run.RolloutError(data.Dimensions));
        Mean("constant_velocity_rollout_error", run => run.RolloutError(data.Dimensions, run.Straight));
        Mean("rollout_steps", run => run.Steps);
        if (data.Mesh is null)
            figures.Add(network, "rollout_outside", runs.Max(run => run.Outside(data)));
        if (data.Energy is not null)
            Mean("energy_error", run => run.EnergyError(data)!.Value);
        Mean("steps_per_second", run => run.StepsPerSecond);
        Mean("train_seconds", run => run.Seconds);
        figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
    }
    if (data.StepsPerSecond is { } simulator)
        figures.Add(networks[0], "simulator_steps_per_second", simulator);
    figures.Write(json);
});
