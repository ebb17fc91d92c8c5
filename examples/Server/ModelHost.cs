namespace Server;

/// <summary>Which model is served, and its replacement by another while requests go on.</summary>
internal sealed class ModelHost(ServerOptions options, ServerMetrics metrics, ILogger<ModelHost> log) : BackgroundService
{
    private readonly SemaphoreSlim _one = new(1);
    private ServedModel _current = ServedModel.Load(options, metrics);

    internal ServedModel Current => Volatile.Read(ref _current);

    /// <summary>The current model, in use until <see cref="ServedModel.Leave"/>.</summary>
    internal ServedModel Enter()
    {
        while (true)
            if (Current is var model && model.TryEnter())
                return model;
    }

    /// <summary>
    /// Loads the file again. New requests get the new model at once; the old one ends those that it has. A file that can't take its place
    /// changes nothing.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is a model of another task or with other inputs.</exception>
    internal async Task<ServedModel> ReloadAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var next = await Task.Run(() => ServedModel.Load(options, metrics), cancellation);
            if (next.Contract != Current.Contract)
            {
                await next.DisposeAsync();
                throw new InvalidDataException($"'{options.Model}' is {next.Contract}; served is {Current.Contract}.");
            }
            var old = Interlocked.Exchange(ref _current, next);
            metrics.Reloaded(accepted: true);
            log.LogInformation("Serving '{Path}', version {Version}, in place of {Old}.", next.Path, next.Version, old.Version);
            _ = old.DisposeAsync().AsTask();
            return next;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            metrics.Reloaded(accepted: false);
            log.LogWarning("Still serving version {Version}: {Reason}", Current.Version, exception.Message);
            throw exception as InvalidDataException ?? new InvalidDataException(exception.Message, exception);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Looks at the file now and then.</summary>
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        if (options.Watch <= 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Watch));
        for (var seen = Stamp(); await timer.WaitForNextTickAsync(stop);)
        {
            if (Stamp() is var now && now == seen)
                continue;
            seen = now;
            try
            {
                await ReloadAsync(stop);
            }
            catch (InvalidDataException)
            {
                // logged; a file that is written again is looked at again
            }
        }
    }

    private (DateTime, long) Stamp() => new FileInfo(options.Model) is { Exists: true } file
        ? (file.LastWriteTimeUtc, file.Length) : default;
}
