using Microsoft.ML;
using WordVectors;
using WordVectors.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var corpus = options.Paths is { } paths ? Corpus.Read(paths) : Countries.Make(seed);
        if (options.Questions is { } file)
            corpus = corpus with { Questions = WordQuestions.Read(file) };
        Console.WriteLine($"{corpus.Name}: {corpus.Sentences.Count:N0} sentences, "
            + $"{corpus.Sentences.Sum(sentence => (long)sentence.Words.Length):N0} words, {corpus.Questions.Count:N0} analogies");
        foreach (var network in options.Networks ?? ["skipgram"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, corpus, network, seed, options));
        }
    }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
