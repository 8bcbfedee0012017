return await Cppo.Pipeline.ProgramEntry.RunAsync(args);
