using KnowledgeGraph;
using KnowledgeGraph.Data;
using Microsoft.ML;

// A knowledge graph in an ordinary pipeline: triples (head, relation, tail) are trained on; the model scores others, answers
// questions with a head or a tail missing, and is exported.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var results = new List<Result>();
    var name = "";
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var data = options.Speed is { } entities ? RandomTriples.Generate(entities, seed)
            : options.Data is { } folder ? TripleData.Load(folder) : Family.Generate(seed: 1);
        name = data.Name;
        Report.Start(data);
        foreach (var network in options.Networks ?? [NetworkChoice.Default(data)])
            results.Add(Experiment.Run(ml, data, network, seed, options));
    }
    if (options.Json is { } json && results.Count > 0)
        Report.WriteJson(json, name, results, options.Seed);
});
