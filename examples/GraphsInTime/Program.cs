using GraphsInTime;
using GraphsInTime.Data;
using Microsoft.ML;

// Graphs that change with time: values of places that influence each other, events between nodes, trips on roads,
// signals of brains.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    if (options.Data is { } roads && RoadFolder.IsOne(roads))
        TripExperiment.Run(ml, RoadFolder.Load(roads), options);
    else if (options.Data is { } folder && EventFolder.Find(folder) is not null)
        EventExperiment.Run(ml, EventFolder.Load(folder), options);
    else if (options.Data is { } recording && options.Task == "brains")
        RegionReport.Run(PlaceFolder.Load(recording, options.Neighbors), options);
    else if (options.Data is { } places)
        ForecastExperiment.Run(ml, PlaceFolder.Load(places, options.Neighbors), options);
    else if (options.Task == "brains")
        BrainExperiment.Run(ml, options);
    else if (options.Task == "eta")
        TripExperiment.Run(ml, Congestion.Generate(seed: 1), options);
    else if (options.Task == "events")
        EventExperiment.Run(ml, Replies.Generate(seed: 1), options);
    else
        ForecastExperiment.Run(ml, Traffic.Generate(seed: 1), options);
});
