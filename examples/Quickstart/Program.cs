using Examples;
using Microsoft.ML;
using Quickstart;
using Quickstart.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var data = Load(ml, options, seed);
        if (options.PretrainEpochs is not null && !data.IsTokens)
            throw new UsageException($"--pretrain is for tokens; {data.Name} has {data.Description}.");
        var networks = options.Networks ?? (options.TemporalOrder is null ? [TrainerChoice.Network(data)] : ["lstm", "gru", "rnn"]);
        foreach (var network in networks)
            foreach (var pretrained in options.PretrainEpochs is null ? (bool[])[false] : [false, true])
            {
                Report.Start(data, network, seed, options.Threads);
                // One model has the plain name; several have those of their networks.
                results.Add(Experiment.Run(ml, data, network, seed, options, pretrained,
                    networks.Length > 1 || options.PretrainEpochs is not null));
            }
    }

    Report.Summary(results);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});

static DataSet Load(MLContext ml, Options options, int seed)
{
    var holdOut = options.HoldOut is { } fraction ? new HoldOut(fraction, seed) : null;
    return options.Data is { } folder ? DataFolder.Load(ml, folder, holdOut, options.Roles)
        : options.TemporalOrder is { } positions ? TemporalOrder.Load(ml, holdOut, positions)
        : CylinderBellFunnel.Load(ml, holdOut);
}
